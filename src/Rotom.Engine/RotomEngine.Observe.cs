using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Rotom.Engine.Stats;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Who looks on while commands are executed: clients that cache what they read, and monitors. Both
// set a bit in a gate, so commands take the long way while there is one and know nothing of it
// while there is none.
//
// MONITOR: one line a command, after it was executed, as Redis writes it: the time, the database
// and the client's address, the words quoted. What administrators send is not shown, passwords are
// blotted out. A monitor is a normal client to the output limits: one that does not read is closed
// by client-output-buffer-limit normal.
public sealed partial class RotomEngine
{
    /// <summary>A line that grew beyond this does not stay.</summary>
    private const int MonitorLineKeptMax = 1 << 16;

    private readonly List<Client> _monitors = [];
    private RespWriter _monitorLine = new(512);

    /// <summary>MONITOR.</summary>
    internal void AddMonitor(Client client)
    {
        client.Set(ClientGate.Monitor, true);
        _monitors.Add(client);
        SetGate(ServerGate.Monitored, true);
    }

    internal void RemoveMonitor(Client client)
    {
        if (!_monitors.Remove(client)) return;
        client.Set(ClientGate.Monitor, false);
        SetGate(ServerGate.Monitored, _monitors.Count > 0);
    }

    /// <summary>True when somebody looks on while this client's commands are executed.</summary>
    internal bool IsObserved(Client client) =>
        client.Has(ClientGate.Tracking) || (_gate & ServerGate.Monitored) != 0;

    /// <summary>Executes a command that somebody looks on.</summary>
    internal void CallObserved(
        Client client,
        Command command,
        CommandBatch batch,
        ReadOnlySpan<ArgRef> args,
        ReplyBatch reply,
        ulong firstKeyHash = 0)
    {
        Call(client, command, batch, args, reply, firstKeyHash);
        if (client.Has(ClientGate.Tracking)) RememberKeys(client, command, batch, args);
        if (_monitors.Count > 0) FeedMonitors(client, command, new ArgView(batch, args));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FeedMonitors(Client client, Command command, in ArgView words)
    {
        if (command.Is(CommandFlags.SkipMonitor | CommandFlags.Admin)) return;
        WriteMonitorLine(client, command, in words);
        foreach (Client monitor in _monitors)
        {
            if (monitor.Has(ClientGate.ReplyOff) || !Hears(monitor)) continue;
            if (ReferenceEquals(monitor, _executing))
            {
                _afterCommand |= After.OwnPushes;
                _ownPushes.Raw(_monitorLine.Written);
            }
            else
            {
                BeginReply(monitor).Raw(_monitorLine.Written);
            }
        }

        EndPush();
        if (_monitorLine.Written.Length > MonitorLineKeptMax) _monitorLine = new RespWriter(512);
        else _monitorLine.Clear();
    }

    private void WriteMonitorLine(Client client, Command command, in ArgView words)
    {
        (long seconds, long micros) = Math.DivRem(Clock.UnixTimeMicros, 1_000_000);
        string from = client.Link.IsUnixSocket
            ? "unix:" + client.Link.RemoteAddress
            : client.Link.RemoteAddress;
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"+{seconds}.{micros:D6} [{client.Database.Index} {from}]");
        _monitorLine.Raw(Encoding.Latin1.GetBytes(head));
        for (int i = 0; i < words.Count; i++)
        {
            _monitorLine.Raw(" "u8);
            bool secret = SecretArguments.Hides(command, in words, i);
            WriteQuoted(_monitorLine, secret ? SecretArguments.Shown : words[i]);
        }

        _monitorLine.Raw("\r\n"u8);
    }

    // As Redis quotes: printable ASCII as it is, the usual escapes, \xHH for all other bytes.
    private static void WriteQuoted(RespWriter to, ReadOnlySpan<byte> word)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        to.Raw("\""u8);
        while (!word.IsEmpty)
        {
            int plain = word.IndexOfAnyExcept(s_plainBytes);
            if (plain != 0)
            {
                to.Raw(plain < 0 ? word : word[..plain]);
                if (plain < 0) break;
                word = word[plain..];
            }

            byte b = word[0];
            ReadOnlySpan<byte> escape = b switch
            {
                (byte)'"' => "\\\""u8,
                (byte)'\\' => "\\\\"u8,
                (byte)'\n' => "\\n"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\t' => "\\t"u8,
                7 => "\\a"u8,
                8 => "\\b"u8,
                _ => [(byte)'\\', (byte)'x', digits[b >> 4], digits[b & 15]],
            };
            to.Raw(escape);
            word = word[1..];
        }

        to.Raw("\""u8);
    }

    private static readonly System.Buffers.SearchValues<byte> s_plainBytes = PlainBytes();

    private static System.Buffers.SearchValues<byte> PlainBytes()
    {
        List<byte> plain = [];
        for (byte b = 32; b < 127; b++)
        {
            if (b is not ((byte)'"' or (byte)'\\')) plain.Add(b);
        }

        return System.Buffers.SearchValues.Create(plain.ToArray());
    }
}
