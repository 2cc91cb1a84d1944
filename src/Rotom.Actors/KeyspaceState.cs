using System;
using Akka.Actor;
using Rotom.Engine;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Actors;

// KeyspaceState: what the keyspace actor holds that must outlive an instance of it. Made by the
// supervisor, handed on by Props, touched by the actor's turn only.

/// <summary>The engine, its network actors and the batch in hand.</summary>
internal sealed class KeyspaceState
{
    private readonly BatchPool[] _pools;
    private readonly IActorRef[] _networks;
    private readonly ReplyBatch[] _outputs;

    internal KeyspaceState(
        RotomEngine engine, TransportGroup transports, Action<CommandBatch>? executing)
    {
        Executing = executing;
        Engine = engine;
        Rates = transports.Rates;
        int loops = transports.Transports.Count;
        _pools = new BatchPool[loops];
        _networks = new IActorRef[loops];
        _outputs = new ReplyBatch[loops];
        for (int i = 0; i < loops; i++)
        {
            _pools[i] = transports.Transports[i].Batches;
            _networks[i] = ActorRefs.Nobody;
            _outputs[i] = _pools[i].RentReplies();
            engine.SetOutput(i, _outputs[i]);
        }
    }

    internal RotomEngine Engine { get; }

    /// <summary>The network's figures, sampled with the periodic work.</summary>
    internal NetRates Rates { get; }

    /// <summary>Hears of every batch just before it is executed; null for nobody.</summary>
    internal Action<CommandBatch>? Executing { get; }

    /// <summary>The batch that is being executed; null between turns.</summary>
    internal CommandBatch? InHand { get; set; }

    internal void Attach(int loop, IActorRef network) => _networks[loop] = network;

    /// <summary>
    /// Sends each network actor what its clients are to hear, and its batch back to the one that
    /// sent it, whether there is something to hear or not.
    /// </summary>
    internal void SendReplies(CommandBatch? answered, IActorRef self)
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            ReplyBatch output = _outputs[i];
            bool answers = answered is not null && answered.Loop == i;
            if (!answers && output.IsEmpty) continue;
            output.Finish();
            output.Answers = answers ? answered : null;
            _outputs[i] = _pools[i].RentReplies();
            Engine.SetOutput(i, _outputs[i]);
            _networks[i].Tell(output, self);
        }
    }
}
