using System;
using Rotom.Engine.Config;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Commands that call commands, and commands whose answer comes later: what the handlers of a host
// are given by CommandContext.
//
// Propagation: an inner command propagates its own effects, inside the unit of the outer one. The
// outer command must not be propagated for what the inner ones changed, so their changes are
// "foreign" to it; and what it changed itself before is written first, so that the order is kept.
public sealed partial class RotomEngine
{
    /// <summary>How deep commands may call one another: far from the end of the stack.</summary>
    private const int CallDepthMax = 16;

    private int _callDepth;

    /// <summary>
    /// Answers a client that was deferred. By the owner, between turns: replies and effects are
    /// where <see cref="Execute"/> leaves them.
    /// </summary>
    /// <returns>False when it does not wait any more.</returns>
    public bool Complete(DeferredReply deferred, DeferredAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(deferred);
        Waiter waiter = deferred.Waiter;
        if (!ReferenceEquals(waiter.Client.Waiter, waiter)) return false;
        BeginTurn();
        waiter.Ended = null;
        Answer(waiter, (_, client, reply) => answer(client, reply), failed: false);
        RunFreed();
        Caches?.EndTurn();
        return true;
    }

    /// <summary>The same with a value; an error counts as one.</summary>
    public bool Complete(DeferredReply deferred, RespValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.IsError) CountError(value.Bytes.Span);
        return Complete(deferred, (_, reply) => reply.Value(value));
    }

    internal DeferredReply Defer(in CommandContext c, long timeoutMs, Action? ended)
    {
        Waiter waiter = BlockOnAcknowledgement(
            in c, timeoutMs, static (_, _, reply) => reply.Null());
        waiter.Ended = ended;
        return new DeferredReply(waiter);
    }

    internal bool TryBecome(Client client, string user)
    {
        if (Acl.Find(ByteText.FromText(user)) is not { IsEnabled: true } found) return false;
        BecomeUser(client, found);
        if (!client.Has(ClientGate.NeedsAuth)) return true;
        client.Set(ClientGate.NeedsAuth, false);
        Order(client, ClientOrderKind.Authenticated);
        return true;
    }

    /// <summary>
    /// What a command has changed itself is propagated now, because effects that are not its own
    /// come next.
    /// </summary>
    internal void FlushOwnEffect(in CommandContext c)
    {
        if (!Propagation.Enabled) return;
        if (OwesVerbatim(in c, Propagation.DirtyBefore))
        {
            Propagation.Verbatim(c.Database.Index, in c);
            Propagation.Override();
        }
    }

    internal RespValue CallFrom(in CommandContext c, ReadOnlySpan<RespArgument> words)
    {
        CommandBatch batch = Words(c.Client, words);
        ReadOnlySpan<ArgRef> args = batch.Args;
        Command? command = words.IsEmpty ? null : Commands.Find(batch.Bytes(args[0]));
        if (command?.Subcommands is { } subcommands && args.Length > 1)
        {
            command = subcommands.Find(batch.Bytes(args[1]));
        }

        if (Refusal(in c, command, args.Length) is { } refusal)
        {
            return RespValue.Error(refusal);
        }

        return CallWithin(in c, command!, batch);
    }

    private string? Refusal(in CommandContext c, Command? command, int words)
    {
        if (command?.Handler is null) return "ERR unknown command called by a command";
        if (!command.ArityFits(words))
        {
            return $"ERR wrong number of arguments for '{command.FullName}' command";
        }

        if (command.Is(CommandFlags.NoScript))
        {
            return $"ERR '{command.FullName}' can't be called by a command";
        }

        if (command.Is(CommandFlags.Write) && c.Command.Spec.PropagatesItself)
        {
            return $"ERR '{c.Command.FullName}' propagates itself and calls '{command.FullName}', "
                + "which has effects of its own";
        }

        if (command.Is(CommandFlags.Write) && !c.Command.Is(CommandFlags.Write))
        {
            return $"ERR '{c.Command.FullName}' calls '{command.FullName}' and is not flagged "
                + "Write";
        }

        return _callDepth >= CallDepthMax ? "ERR commands call one another too deeply" : null;
    }

    private RespValue CallWithin(in CommandContext c, Command command, CommandBatch batch)
    {
        Client client = c.Client;
        ClientGate wasInExec = client.Gate & ClientGate.InExec;
        Database database = client.Database;
        Command? last = client.LastCommand;
        bool resp3 = client.Resp3;
        if (_metered.Count != 0) Meter();
        FlushOwnEffect(in c);
        PropagationState outer = Propagation.State;
        long dirty = Dirty;
        client.Resp3 = true;
        client.Set(ClientGate.InExec, true);
        ReplyBatch reply = BeginReply(client);
        ReplyBatch.Mark mark = reply.Here();
        // Middleware goes around what clients send, not around what it calls itself.
        CommandHandler wrapped = command.Handler!;
        command.Handler = _middleware?.Own(command) ?? wrapped;
        _callDepth++;
        try
        {
            Call(client, command, batch, batch.Args, reply);
            reply.Begin(client.Link, resp3: true);
            return Parse(reply.BytesSince(client.Link, mark));
        }
        finally
        {
            _callDepth--;
            command.Handler = wrapped;
            reply.Rollback(client.Link, mark);
            client.Set(ClientGate.InExec, wasInExec != 0);
            client.Database = database;
            client.LastCommand = last;
            client.Resp3 = resp3;
            reply.Begin(client.Link, resp3);
            Propagation.State = outer;
            Propagation.NoteForeign(Dirty - dirty);
            if (_metered.Count != 0) Meter();
        }
    }

    private static CommandBatch Words(Client client, ReadOnlySpan<RespArgument> words)
    {
        int bytes = 0;
        foreach (RespArgument word in words) bytes += word.Length;
        CommandBatch batch = CommandBatch.ForCopies(bytes, words.Length);
        batch.BeginRun(client.Link);
        foreach (RespArgument word in words) batch.AddCopy(word.Bytes.Span);
        if (!words.IsEmpty) batch.EndCommand(0);
        return batch;
    }

    // One command, one reply; what follows it (subscriptions answer several) is not for the caller.
    private static RespValue Parse(byte[] bytes)
    {
        RespReader reader = new();
        return reader.Read(bytes, out _) == RespReadResult.Value ? reader.Value : RespValue.Null;
    }
}
