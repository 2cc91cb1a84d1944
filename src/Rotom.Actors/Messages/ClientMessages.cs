using System;
using Akka.Actor;
using Rotom.Resp;

namespace Rotom.Actors.Messages;

// The protocol for actors of the host: Tell the keyspace a RedisCommand, get a RedisReply. Commands
// that an actor sends one after the other are executed in that order and share a turn with whatever
// else has come; each is answered.

/// <summary>A command for the keyspace; answered by <see cref="RedisReply"/>.</summary>
/// <remarks>
/// Commands whose effect is on a connection (MULTI, SELECT, SUBSCRIBE, AUTH...) and those that wait
/// are refused with an error: actors share one connection a database.
/// </remarks>
public sealed record RedisCommand : INoSerializationVerificationNeeded
{
    /// <summary>Makes a command of its words; bytes must not change any more.</summary>
    public RedisCommand(params RespArgument[] words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Length == 0) throw new ArgumentException("A command has a name.", nameof(words));
        Words = words;
    }

    /// <summary>Name and arguments.</summary>
    public RespArgument[] Words { get; }

    /// <summary>The database.</summary>
    public int Database { get; init; }
}

/// <summary>The keyspace's answer.</summary>
/// <param name="Command">What was asked.</param>
/// <param name="Value">The reply; an error is one.</param>
public sealed record RedisReply(RedisCommand Command, RespValue Value)
    : INoSerializationVerificationNeeded;

/// <summary>Clients in this process have sent commands; at most one at a time.</summary>
internal sealed class LocalReady : INoSerializationVerificationNeeded
{
    internal static readonly LocalReady Instance = new();
}

/// <summary>An asynchronous command of the host is done.</summary>
/// <param name="Reply">Who waits for it.</param>
/// <param name="Value">The answer.</param>
internal sealed record DeferredDone(Engine.DeferredReply Reply, RespValue Value)
    : INoSerializationVerificationNeeded;
