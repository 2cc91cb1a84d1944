using System;
using System.Runtime.CompilerServices;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// The straight way of a command: look-up, arity, handler, figures. Everything that is not the usual
// case is behind one test of the client's and the server's gate.
public sealed partial class RotomEngine
{
    private Lookahead _ahead;
    private ReplyBatch[] _outputs = [];
    private long _nowNanos;
    private Client? _executing;

    /// <summary>Commands being executed inside one another: EXEC's, a script's.</summary>
    private int _depth;

    /// <summary>
    /// Errors already counted as failed calls: what EXEC's commands answered is not its own.
    /// </summary>
    private long _errorsBooked;

    /// <summary>The run of the batch that is being executed, and the command.</summary>
    private int _run;
    private int _command;

    /// <summary>Sets where replies for the clients of one network loop go.</summary>
    public void SetOutput(int loop, ReplyBatch output)
    {
        if (loop >= _outputs.Length) Array.Resize(ref _outputs, loop + 1);
        _outputs[loop] = output;
    }

    /// <summary>The replies and pushes so far for the clients of one network loop.</summary>
    public ReplyBatch Output(int loop) => _outputs[loop];

    /// <summary>
    /// Executes a batch: clients that came, commands in order, clients that went. Replies and
    /// pushes are in <see cref="Output"/> afterwards, effects in <see cref="Propagation"/>.
    /// </summary>
    public void Execute(CommandBatch batch)
    {
        _run = 0;
        _command = -1;
        BeginTurn();
        if (ClientMemoryTop != 0) EvictClients();
        foreach (ClientLink link in batch.Opened) OpenClient(link);
        foreach (ClientLink link in batch.Closed) CloseIfBlocked(link);
        _ahead.Begin(batch, batch.Runs);
        ExecuteRuns(batch);
    }

    // From the run that is the next one to the end of the batch.
    private void ExecuteRuns(CommandBatch batch)
    {
        ReadOnlySpan<CommandRun> runs = batch.Runs;
        for (; _run < runs.Length; _run++) ExecuteRun(batch, in runs[_run]);
        _ahead.End();
        if (_freed.Count != 0) RunFreed();
        if (_metered.Count != 0) Meter();
        foreach (ClientLink link in batch.Closed) CloseClient(link);
        Caches?.EndTurn();
    }

    private void ExecuteRun(CommandBatch batch, in CommandRun run)
    {
        if (run.Link.EngineState is not Client client) return;
        ReadOnlySpan<CommandRef> commands =
            batch.Commands.Slice(run.FirstCommand, run.CommandCount);
        if (Config.MaxMemoryClients != 0 && !FitsClientMemory(client, batch, commands)) return;
        if (batch.Extras.Any) ExecuteWithExtras(client, batch, in run, commands);
        else ExecuteCommands(client, batch, run.FirstCommand, commands, run.ProtocolError);
    }

    /// <summary>
    /// Executes a client's commands until it blocks; the others rest on the client.
    /// </summary>
    private void ExecuteCommands(
        Client client,
        CommandBatch batch,
        int firstCommand,
        ReadOnlySpan<CommandRef> commands,
        string? protocolError)
    {
        ReplyBatch reply = _outputs[client.Link.Loop];
        reply.Begin(client.Link, client.Resp3);
        Client? outer = _executing;
        _executing = client;
        ReadOnlySpan<ArgRef> args = batch.Args;
        ReplyBatch.Mark before = ClientMemoryTop == 0 ? default : reply.Here();
        for (int i = 0; i < commands.Length; i++)
        {
            if ((client.Gate & (ClientGate.Blocked | ClientGate.Closing)) != 0)
            {
                _executing = outer;
                int first = WasPostponed(client) ? i - 1 : i;
                Rest(client, batch, commands[first..], protocolError);
                return;
            }

            _command = firstCommand + i;
            CommandRef command = commands[i];
            ulong hash = _ahead.Step(batch, firstCommand + i, client.Database);
            Process(client, batch, args.Slice(command.FirstArg, command.ArgCount), reply, hash);
            if (ClientMemoryTop != 0) HoldReplies(client, reply, before);
        }

        _executing = outer;
        if (client.Has(ClientGate.Blocked))
        {
            int postponed = WasPostponed(client) ? 1 : 0;
            Rest(client, batch, commands[^postponed..], protocolError);
        }
        else if (protocolError is not null && !client.Has(ClientGate.Closing))
        {
            Refuse(client, protocolError);
        }
    }

    /// <summary>One command from the wire: everything from its name to its reply.</summary>
    private void Process(
        Client client,
        CommandBatch batch,
        ReadOnlySpan<ArgRef> args,
        ReplyBatch reply,
        ulong keyHash)
    {
        Command? command = Commands.Find(batch.Bytes(args[0]));
        if (command?.Subcommands is not null && args.Length > 1)
        {
            Command? sub = command.Subcommands.Find(batch.Bytes(args[1]));
            if (sub is null)
            {
                PassGate(client, command, batch, args, reply);
                if (client.Has(ClientGate.Tracking)) ForgetCachingWord(client, null);
                if (_afterCommand != 0) AfterCommand(client, reply);
                return;
            }

            command = sub;
        }

        int gate = (int)client.Gate | (int)_gate;
        // With a memory limit and nothing else in the way, one comparison tells.
        if (gate == (int)ServerGate.MemoryLimited && MemoryOverLimit <= 0) gate = 0;
        if (command is null || !command.ArityFits(args.Length) || command.Handler is null
            || gate != 0)
        {
            if (!PassGate(client, command, batch, args, reply))
            {
                if (client.Has(ClientGate.Tracking)) ForgetCachingWord(client, command);
                if (_afterCommand != 0) AfterCommand(client, reply);
                return;
            }

            bool shown = client.Has(ClientGate.Extras)
                && TryShow(client, command!, batch, args, reply, keyHash);
            if (shown || IsObserved(client))
            {
                if (!shown) CallObserved(client, command!, batch, args, reply, keyHash);
                if (client.Has(ClientGate.Tracking)) ForgetCachingWord(client, command);
                if (_afterCommand != 0) AfterCommand(client, reply);
                return;
            }
        }

        Call(client, command!, batch, args, reply, keyHash);
        if (_afterCommand != 0) AfterCommand(client, reply);
    }

    /// <summary>
    /// Runs a handler and keeps the books. Also EXEC's way to run what was queued.
    /// </summary>
    internal void Call(
        Client client,
        Command command,
        CommandBatch batch,
        ReadOnlySpan<ArgRef> args,
        ReplyBatch reply,
        ulong firstKeyHash = 0)
    {
        if (!ReferenceEquals(client.LastCommand, command)) client.LastCommand = command;
        client.LastCommandMs = NowMs;
        long dirty = Dirty;
        _errorsBooked = Stats.ErrorReplies;
        if (!ReferenceEquals(_metered.Command, command) && _metered.Count != 0) Meter();
        long start = _nowNanos;
        EffectMark effects = Propagation.Enabled ? BeginPropagation() : default;
        CommandContext context = new(this, client, command, batch, args, reply);
        if (firstKeyHash != 0 && command.FirstKey == 1) context.UseFirstKeyHash(firstKeyHash);
        ReplyBatch.Mark mark = reply.Here();
        try
        {
            command.Handler!(ref context);
        }
        catch (Exception fault) when (fault is InvariantException || _effectsLost)
        {
            // What the command had answered is not the answer: the owner's next instance gives it.
            reply.Rollback(client.Link, mark);
            throw;
        }
        catch (Exception fault)
        {
            // Supervision of a command: its client hears of it, the others never do. The owner is
            // told through the outbox and checks the invariants.
            reply.Rollback(client.Link, mark);
            Propagation.Rollback(effects);
            Fault(in context, fault);
        }

        if (Propagation.Enabled) EndPropagation(in context, dirty, mark);
        Stats.CommandsProcessed++;
        command.Calls++;
        if (Stats.ErrorReplies != _errorsBooked)
        {
            command.FailedCalls++;
            _errorsBooked = Stats.ErrorReplies;
        }

        if (IsQuick(command, args, reply, mark)) return;
        if (_metered.Count != 0) Meter();
        long end = Clock.MonotonicNanos;
        _nowNanos = end;
        Book(command, end - start, 1);
        if (end - start >= _noteNanos) NoteSlow(in context, end - start);
    }

    private EffectMark BeginPropagation()
    {
        if (_depth == 0) Propagation.BeginUnit();
        Propagation.BeginCommand(Dirty);
        _depth++;
        return Propagation.Here();
    }

    private void EndPropagation(
        in CommandContext context, long dirtyBefore, ReplyBatch.Mark mark)
    {
        _depth--;
        try
        {
            if (OwesVerbatim(in context, dirtyBefore))
            {
                Propagation.Verbatim(context.Database.Index, in context);
            }

            if (_depth == 0 && Propagation.EndUnit() && Journal is { } journal)
            {
                context.Client.JournaledSeq = journal.TurnSeq;
            }
        }
        catch (OutOfMemoryException)
        {
            // Done, but not told: the data is not what the journal says. That is no failure of the
            // command alone, nor of an EXEC around it.
            _effectsLost = true;
            context.Reply.Rollback(context.Client.Link, mark);
            throw;
        }
    }

    private bool OwesVerbatim(in CommandContext context, long dirtyBefore) =>
        Dirty != dirtyBefore + Propagation.Foreign && !Propagation.Overridden
        && context.Command.Is(CommandFlags.Write | CommandFlags.MayReplicate);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fault(in CommandContext context, Exception fault)
    {
        Stats.InternalErrors++;
        string name = context.Command.FullName;
        context.Error($"ERR internal error: the command '{name}' failed; see the log");
        bool starved = fault is OutOfMemoryException;
        // Where it was has nothing to do with it, and to say it takes more of what there is not.
        string what = starved ? $"{name}: {fault.Message}" : $"{name}: {fault}";
        Outbox.Add(new OutboxItem(OutboxKind.CommandFailed, what, context.Client)
        {
            IsStarved = starved,
        });
    }

    /// <summary>Answers a protocol error and closes the client, as Redis does.</summary>
    private void Refuse(Client client, string protocolError)
    {
        byte[] text = System.Text.Encoding.ASCII.GetBytes(protocolError);
        CountError(text);
        if (!client.Has(ClientGate.ReplyOff)) BeginReply(client).Error(text);
        CloseAfterReply(client);
    }
}
