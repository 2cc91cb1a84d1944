using System;
using System.Collections.Generic;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Rotom.Actors.Messages;
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
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public NetworkActor(INetTransport transport, IActorRef keyspace)
    {
        _transport = transport;
        _keyspace = keyspace;
    }

    internal static Props Props(INetTransport transport, IActorRef keyspace, string dispatcher) =>
        Akka.Actor.Props.Create(() => new NetworkActor(transport, keyspace))
            .WithDispatcher(dispatcher);

    protected override void PreStart()
    {
        IActorRef self = Self;
        _transport.ReadyToRead = () => self.Tell(ReadReady.Instance, ActorRefs.NoSender);
        _keyspace.Tell(new NetworkAttached(_transport.Index, self), self);
        // Whatever became ready while nobody listened (a restart) is read now.
        self.Tell(ReadReady.Instance, ActorRefs.NoSender);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReadReady:
                OnReadReady();
                break;
            case ReplyBatch replies:
                _transport.Apply(replies);
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
        CommandBatch batch = _transport.Batches.RentCommands();
        batch.Loop = _transport.Index;
        if (_transport.ReadInto(batch)) _keyspace.Tell(batch, Self);
        else _transport.Batches.Return(batch);
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
