using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Net.Transport;

namespace Rotom.Actors;

// RotomSupervisor: /user/rotom. Makes the keyspace and the network actors, in that order. Each is
// restarted when it fails, alone and however often: how to keep a failure that repeats from doing
// harm is known to the actor itself (KeyspaceHealth, NetworkState), and one that stayed down would
// leave clients without an answer. docs/supervision.md has the table of failures.
//
// An actor that cannot even be restarted (no memory for the message that says so) stops for good,
// and what was on its way to it is lost: the server ends, and whoever watches over it starts it
// anew.
//
// What outlives an actor (the engine, the sockets) is made here and handed on by Props. This actor
// itself only forwards and logs; should it fail all the same, its children are kept.

/// <summary>The root of a server's actors.</summary>
internal sealed class RotomSupervisor : UntypedActor
{
    private readonly RotomParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _keyspace = ActorRefs.Nobody;
    private IActorRef _acceptor = ActorRefs.Nobody;

    public RotomSupervisor(RotomParts parts) => _parts = parts;

    internal static Props Props(RotomParts parts) =>
        Akka.Actor.Props.Create(() => new RotomSupervisor(parts));

    protected override void PreStart()
    {
        KeyspaceState state = new(
            _parts.Engine, _parts.Transports, _parts.KeyspaceLoop, _parts.Snapshots, _parts.Local,
            _parts.Executing)
        {
            Keeper = _parts.Journal,
            Figures = _parts.Figures,
            Health = _parts.KeyspaceHealth,
            Incidents = _parts.Incidents,
            Faults = _parts.Faults,
            TurnEnds = _parts.TurnEnds,
            MakeHistoryEngine = _parts.MakeHistoryEngine,
        };
        _keyspace = Context.Watch(Context.ActorOf(
            KeyspaceActor.Props(state).WithDispatcher(_parts.KeyspaceDispatcher), "keyspace"));
        IReadOnlyList<INetTransport> transports = _parts.Transports.Transports;
        for (int i = 0; i < transports.Count; i++)
        {
            Props props = NetworkActor.Props(
                transports[i], _keyspace, _parts.NetworkDispatchers[i],
                new NetworkState(_parts.Incidents, _parts.Faults));
            IActorRef network =
                Context.Watch(Context.ActorOf(props, i == 0 ? "network" : $"network-{i}"));
            if (i == 0) _acceptor = network;
        }
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // Not the base's, which would stop the children.
    }

    protected override void PostRestart(Exception reason)
    {
        _keyspace = Context.Child("keyspace");
        _acceptor = Context.Child("network");
    }

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(_ => Directive.Restart);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Listen or StopListening:
                _acceptor.Forward(message);
                break;
            case LoadData or SaveAtEnd or FlushJournal or RedisCommand
                or SubscribeToKeys or UnsubscribeFromKeys:
                _keyspace.Forward(message);
                break;
            case OutboxItem item:
                OnOutbox(item);
                break;
            case Terminated gone:
                _log.Error("{0} has stopped: the server ends", gone.ActorRef.Path);
                _parts.Host.RequestEnd("An actor of the server has stopped");
                break;
            case DataLost lost:
                _parts.Host.RequestEnd(lost.Problem);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnOutbox(OutboxItem item)
    {
        switch (item.Kind)
        {
            case OutboxKind.CommandFailed:
                _log.Error("A command failed and was answered with an error: {0}", item.Argument);
                break;
            case OutboxKind.Shutdown:
                _log.Info("User requested shutdown...");
                RequestShutdown(item.Argument);
                break;
            case OutboxKind.Log:
                _log.Info("{0}", item.Argument);
                break;
            case OutboxKind.Debug:
                _log.Warning("{0}", item.Argument);
                break;
            case OutboxKind.ResetStatistics:
                foreach (INetTransport transport in _parts.Transports.Transports)
                {
                    transport.Statistics.Reset();
                }

                break;
            case OutboxKind.SettingChanged:
                _log.Info("Setting changed: {0}", item.Argument);
                break;
            default:
                _log.Warning("Nobody takes care of {0} {1}", item.Kind, item.Argument);
                break;
        }
    }

    private void RequestShutdown(string mode)
    {
        try
        {
            _parts.Host.RequestShutdown(mode);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The host's code.
            _log.Error(fault, "The host could not be asked for a shutdown");
        }
    }
}
