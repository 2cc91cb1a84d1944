using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
using Rotom.Engine.Config;
using Rotom.Net.Transport;

namespace Rotom.Actors.Hosting;

// ServerApplier: what a changed setting changes outside the engine. Called in the keyspace's turn,
// so that CONFIG SET can answer whether it worked.

/// <summary>Carries settings over to the network, and the rest to the process.</summary>
internal sealed class ServerApplier : IConfigApplier
{
    private readonly TransportGroup _transports;
    private readonly IRotomHost _host;
    private readonly bool _fused;
    private readonly ILoggingAdapter _log;

    internal ServerApplier(
        TransportGroup transports, IRotomHost host, bool fused, ILoggingAdapter log)
    {
        _log = log;
        _transports = transports;
        _host = host;
        _fused = fused;
    }

    /// <summary>The journal that appendonly switches.</summary>
    internal JournalKeeper? Journal { get; set; }

    internal IActorRef Supervisor { get; set; } = ActorRefs.Nobody;

    /// <inheritdoc/>
    public bool TryApply(ConfigApply what, ServerConfig config, out string error)
    {
        NetSettingsMapping.Apply(config, _transports);
        if (what == ConfigApply.Listeners) return TryListen(config, out error);
        if (what == ConfigApply.Tls) return TryLoadTls(config, out error);
        if (what == ConfigApply.Nothing)
        {
            SayWhatDoesNothing(config, _log);
            error = "";
            return true;
        }

        if (what == ConfigApply.AppendOnly)
        {
            error = Journal?.TrySwitch(config.AppendOnly) == false
                ? "Unable to turn on AOF. Check server logs."
                : "";
            return error.Length == 0;
        }

        if (what == ConfigApply.AppendFsync) Journal?.Journal?.Store.PolicyChanged();
        if (what == ConfigApply.JournalHistory)
        {
            Journal?.Journal?.Store.DropHistory();
            error = "";
            return true;
        }

        if (!_host.TryApply(what, config, out error)) return false;
        if (what == ConfigApply.MaxClients) _transports.ReadDescriptorLimit();
        return true;
    }

    /// <summary>Says which settings were given a value that nobody looks at.</summary>
    internal static void SayWhatDoesNothing(ServerConfig config, ILoggingAdapter log)
    {
        foreach (ConfigRow row in ConfigTable.Rows)
        {
            if (row.NoEffect is not { } why || row.IsStandard(config)) continue;
            log.Warning("{0} is accepted but does nothing: {1}", row.Name, why);
        }
    }

    private bool TryLoadTls(ServerConfig config, out string error)
    {
        error = "";
        if (TlsLoading.TryLoad(config, _transports, _log)) return true;
        error = "Unable to update TLS configuration. Check server logs.";
        return false;
    }

    // The sockets belong to the loop's thread, which fused is the one we are on.
    private bool TryListen(ServerConfig config, out string error)
    {
        error = "";
        if (!_fused)
        {
            error = "Addresses can't be changed at run time with io-threads";
            return false;
        }

        // TLS first: a port without a certificate serves nobody.
        bool wanted = config.TlsPort != 0;
        if (wanted != (_transports.Tls is not null) && !TryLoadTls(config, out error)) return false;
        INetTransport transport = _transports.Transports[0];
        try
        {
            List<ListenSocket> sockets = NetSettingsMapping.Sockets(config);
            transport.StopListening();
            foreach (ListenSocket socket in sockets) transport.Listen(socket.Options);
            return true;
        }
        catch (FormatException)
        {
            error = "Failed to bind to specified addresses.";
            return false;
        }
        catch (ListenException)
        {
            error = "Unable to listen on this port. Check server logs.";
            return false;
        }
    }
}
