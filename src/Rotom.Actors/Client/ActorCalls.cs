using System.Collections.Generic;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// ActorCalls: commands that come as messages. They join the batch of the clients in this process,
// so that all that lies in the mailbox is executed as one turn. All actors share a client for each
// database; what would change that client, or make it wait, is refused.

/// <summary>The clients behind the commands of actors; the keyspace's turn only.</summary>
internal sealed class ActorCalls(LocalPort port)
{
    private static readonly HashSet<string> s_refused =
    [
        "multi", "exec", "discard", "watch", "unwatch", "select", "auth", "hello", "reset", "quit",
        "monitor", "client", "subscribe", "psubscribe", "ssubscribe", "unsubscribe",
        "punsubscribe", "sunsubscribe", "readonly", "readwrite", "asking",
    ];

    private readonly Dictionary<int, CallConnection> _clients = [];

    internal void Send(RotomEngine engine, RedisCommand command, IActorRef asker, IActorRef self)
    {
        if (Refusal(engine, command) is { } refusal)
        {
            asker.Tell(new RedisReply(command, RespValue.Error(refusal)), self);
            return;
        }

        if (!_clients.TryGetValue(command.Database, out CallConnection? client))
        {
            client = new CallConnection(port) { Database = command.Database };
            _clients[command.Database] = client;
            port.Open(client);
        }

        port.Send(client, command.Words, new ActorCall(command, asker, self));
    }

    private static string? Refusal(RotomEngine engine, RedisCommand command)
    {
        if ((uint)command.Database >= (uint)engine.AllDatabases.Count)
        {
            return "ERR DB index is out of range";
        }

        foreach (RespArgument word in command.Words)
        {
            if (word.IsStream) return "ERR streams are not taken here";
        }

        // What is unknown the engine answers.
        if (engine.Commands.Find(command.Words[0].Bytes.Span) is not { } found) return null;
        bool waits = (found.Flags & CommandFlags.Blocking) != 0;
        return waits || s_refused.Contains(found.Spec.Name.ToLowerInvariant())
            ? $"ERR '{found.Name}' needs a client of its own"
            : null;
    }
}
