using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Net.Transport;

namespace Rotom.Actors;

// RotomSupervisor: /user/rotom. Makes the keyspace and the network actors, in that order, and says
// what happens when one fails:
//
//   fails                      what happens                            clients hear
//   a command                  answered in the engine, counted         -ERR internal error
//   the keyspace actor         restarted on the state it has, if its   -ERR internal error; those
//                              invariants hold; else made anew from    of the same turn are closed;
//                              the journal; without one it stays down  then -LOADING for a while
//   the journal's actor        the keyspace is restarted               as above
//   a network actor            restarted; its sockets stay open        nothing
//
// What outlives an actor (the engine, the sockets) is made here and handed on by Props.

/// <summary>The root of a server's actors.</summary>
internal sealed class RotomSupervisor : UntypedActor
{
    /// <summary>Restarts a minute above which a failure is not taken for a passing one.</summary>
    private const int RestartsPerMinuteMax = 10;

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
            _parts.Engine, _parts.Transports, _parts.KeyspaceLoop, _parts.Snapshots, _parts.Files,
            _parts.Local, _parts.Executing)
        {
            Keeper = _parts.Journal,
            Figures = _parts.Figures,
        };
        _keyspace = Context.ActorOf(
            KeyspaceActor.Props(state).WithDispatcher(_parts.KeyspaceDispatcher), "keyspace");
        IReadOnlyList<INetTransport> transports = _parts.Transports.Transports;
        for (int i = 0; i < transports.Count; i++)
        {
            Props props = NetworkActor.Props(
                transports[i], _keyspace, _parts.NetworkDispatchers[i]);
            IActorRef network = Context.ActorOf(props, i == 0 ? "network" : $"network-{i}");
            if (i == 0) _acceptor = network;
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        RestartsPerMinuteMax,
        TimeSpan.FromMinutes(1),
        failure => failure is InvariantException or not ActorInitializationException
            ? Directive.Restart
            : Directive.Stop);

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
                _parts.Host.RequestShutdown(item.Argument);
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
}
