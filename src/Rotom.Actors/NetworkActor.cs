using System;
using System.Collections.Generic;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
using Rotom.Actors.Supervision;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Actors;

// NetworkActor: the sockets of one loop. It runs on that loop's dispatcher, so the thread that
// epoll woke is the one that reads here, and (fused, the default) the one that executes next.
//
// A turn: the transport says that sockets are ready; ReadReady comes in; everything readable is
// one CommandBatch for the keyspace; the ReplyBatch comes back and is applied; the loop's end of
// turn sends. Connections belong to the transport, which the Props carry: a restart loses none.

/// <summary>Reads commands from the sockets of one loop and sends the replies.</summary>
internal sealed class NetworkActor : UntypedActor
{
    private readonly INetTransport _transport;
    private readonly IActorRef _keyspace;
    private readonly NetworkState _state;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public NetworkActor(INetTransport transport, IActorRef keyspace, NetworkState state)
    {
        _transport = transport;
        _keyspace = keyspace;
        _state = state;
    }

    internal static Props Props(
        INetTransport transport, IActorRef keyspace, string dispatcher, NetworkState state) =>
        Akka.Actor.Props.Create(() => new NetworkActor(transport, keyspace, state))
            .WithDispatcher(dispatcher);

    protected override void PreStart()
    {
        IActorRef self = Self;
        _transport.ReadyToRead = () => self.Tell(ReadReady.Instance, ActorRefs.NoSender);
        _keyspace.Tell(new NetworkAttached(_transport.Index, self), self);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _log.Error(reason, "A network actor failed; its connections stay");
        _state.Incidents.Count(Incident.Network);
        if (message is ReplyBatch replies && ReferenceEquals(_state.InHand, replies))
        {
            // Not begun, so that the next instance can do it. What failed half-way is not sent
            // twice: its clients are closed already.
            if (!_state.IsApplying) Self.Tell(replies, ActorRefs.NoSender);
            _state.IsApplying = false;
        }

        if (message is Listen or StopListening) Sender.Tell(new Status.Failure(reason), Self);
    }

    // Whatever became ready while nobody listened is read now; not at once if it fails in a row.
    protected override void PostRestart(Exception reason)
    {
        PreStart();
        IActorRef self = Self;
        _transport.Loop.Schedule(
            _state.PauseMs(_transport.Loop.NowMs),
            () => self.Tell(ReadReady.Instance, ActorRefs.NoSender));
    }

    protected override void OnReceive(object message)
    {
        if (_state.Faults.Takes(FaultPoints.LoopTurn))
        {
            _transport.Loop.Schedule(0, () => throw new FaultException(FaultPoints.LoopTurn));
        }

        _state.InHand = message as ReplyBatch;
        _state.Faults.Before("network", message);
        try
        {
            Handle(message);
        }
        catch (OutOfMemoryException) when (message is ReadReady or ReplyBatch)
        {
            Starve();
        }

        _state.InHand = null;
        _state.Faults.After("network", message);
    }

    // What was read is executed, and clients whose replies could not be given to them are closed.
    // Memory is what a restart would need: without one, what is left is asked for with the turn's
    // end.
    private void Starve()
    {
        _state.IsApplying = false;
        _state.Incidents.Count(Incident.Network);
        if (_transport.Reserve.Open())
        {
            _log.Warning("A network actor was refused memory; its connections stay");
        }

        _transport.TryRelieve();
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case ReadReady:
                OnReadReady();
                break;
            case ReplyBatch replies:
                _state.IsApplying = true;
                _transport.Apply(replies);
                _state.IsApplying = false;
                break;
            case Listen listen:
                OnListen(listen);
                break;
            case StopListening:
                _transport.StopListening();
                Sender.Tell(Akka.Done.Instance, Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnReadReady()
    {
        if (Rent() is not { } batch) return;
        batch.Loop = _transport.Index;
        bool completed = false;
        try
        {
            _transport.ReadInto(batch);
            completed = true;
        }
        finally
        {
            // What has been read when it fails is executed: its clients wait for it.
            if (!completed) _log.Warning("What was read so far is executed");
            if (batch.IsEmpty) _transport.Batches.Return(batch);
            else Pass(batch);
        }
    }

    private CommandBatch? Rent()
    {
        try
        {
            return _transport.Batches.RentCommands();
        }
        catch (OutOfMemoryException) when (_transport.TryRelieve())
        {
            Self.Tell(ReadReady.Instance, ActorRefs.NoSender);
            return null;
        }
    }

    private void Pass(CommandBatch batch)
    {
        bool passed = false;
        try
        {
            _keyspace.Tell(batch, Self);
            passed = true;
        }
        finally
        {
            if (!passed) _transport.Abandon(batch);
        }
    }

    private void OnListen(Listen listen)
    {
        _transport.StopListening();
        List<EndPoint> bound = [];
        foreach (ListenSocket socket in listen.Sockets)
        {
            try
            {
                bound.Add(_transport.Listen(socket.Options));
            }
            catch (ListenException refused) when (socket.IsOptional && bound.Count > 0)
            {
                _log.Debug("Left out: {0}", refused.Message);
            }
            catch (ListenException refused)
            {
                // All or none: a server that listens on half its addresses helps nobody.
                _transport.StopListening();
                Sender.Tell(new Status.Failure(refused), Self);
                return;
            }
        }

        Sender.Tell(new Listening(bound), Self);
    }
}
