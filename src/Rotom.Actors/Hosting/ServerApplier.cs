using System;
using System.Collections.Generic;
using Akka.Actor;
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

    internal ServerApplier(TransportGroup transports, IRotomHost host, bool fused)
    {
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
        NetSettingsMapping.Apply(config, _transports.Settings);
        if (what == ConfigApply.Listeners) return TryListen(config, out error);
        if (what == ConfigApply.AppendOnly)
        {
            error = Journal?.TrySwitch(config.AppendOnly) == false
                ? "Unable to turn on AOF. Check server logs."
                : "";
            return error.Length == 0;
        }

        if (!_host.TryApply(what, config, out error)) return false;
        if (what == ConfigApply.MaxClients) _transports.ReadDescriptorLimit();
        return true;
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
