using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;
using Rotom.Engine.Config;
using Serilog;

namespace Rotom.App;

/// <summary>What the process shows of itself to the system: pid file, title, systemd.</summary>
internal sealed class ProcessIdentity : IDisposable
{
    private readonly ServerConfig _config;
    private readonly ILogger _log;
    private readonly string? _pidFile;

    /// <summary>Writes the pid file and the title.</summary>
    internal ProcessIdentity(ServerConfig config, ILogger log)
    {
        _config = config;
        _log = log;
        if (config.PidFile.Length > 0 && WritePidFile(Path.GetFullPath(config.PidFile)))
        {
            _pidFile = Path.GetFullPath(config.PidFile);
        }

        ShowTitle();
    }

    /// <summary>Deletes the pid file.</summary>
    public void Dispose()
    {
        if (_pidFile is null) return;
        try
        {
            File.Delete(_pidFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _log.Warning("Failed to remove the PID file: {Reason}", ConfFiles.Reason(error));
        }
    }

    /// <summary>Tells systemd, when it watches us, in its own words.</summary>
    internal void Notify(string state)
    {
        string? address = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");
        if (_config.Supervised is not (Supervision.Systemd or Supervision.Auto)) return;
        if (string.IsNullOrEmpty(address))
        {
            if (_config.Supervised == Supervision.Systemd)
            {
                _log.Warning("systemd supervision requested, but NOTIFY_SOCKET not found");
            }

            return;
        }

        // A leading @ stands for Linux' abstract names, whose first byte is zero.
        string path = address[0] == '@' ? "\0" + address[1..] : address;
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.IP);
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException error)
        {
            _log.Warning("Can't notify systemd: {Reason}", error.Message);
        }
    }

    /// <summary>Shows <c>proc-title-template</c> where the system lets a program do so.</summary>
    internal void ShowTitle()
    {
        const string Own = "/proc/self/comm";
        if (!_config.SetProcessTitle || !OperatingSystem.IsLinux()) return;
        try
        {
            // The kernel keeps 15 bytes of it.
            File.WriteAllText(Own, Title(_config));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _log.Verbose("The process title cannot be set: {Reason}", ConfFiles.Reason(error));
        }
    }

    /// <summary>The title that the template makes.</summary>
    internal static string Title(ServerConfig config)
    {
        string port = config.MainPort.ToString(CultureInfo.InvariantCulture);
        string address = config.Bind.Length > 0 ? config.Bind[0].TrimStart('-') : "*";
        return config.ProcessTitleTemplate
            .Replace("{title}", "rotom-server", StringComparison.Ordinal)
            .Replace("{listen-addr}", $"{address}:{port}", StringComparison.Ordinal)
            .Replace("{server-mode}", "", StringComparison.Ordinal)
            .Replace("{port}", port, StringComparison.Ordinal)
            .Replace(
                "{tls-port}", config.TlsPort.ToString(CultureInfo.InvariantCulture),
                StringComparison.Ordinal)
            .Replace("{unixsocket}", config.UnixSocket, StringComparison.Ordinal)
            .Replace("{config-file}", "", StringComparison.Ordinal)
            .TrimEnd();
    }

    private bool WritePidFile(string path)
    {
        try
        {
            File.WriteAllText(path, Environment.ProcessId + "\n");
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _log.Warning("Failed to write PID file: {Reason}", ConfFiles.Reason(error));
            return false;
        }
    }
}
