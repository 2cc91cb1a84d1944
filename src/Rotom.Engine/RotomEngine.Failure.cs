using System;
using System.Collections.Generic;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// What is left of a turn in which the owner's instance failed, and how the next one goes on.
//
//   the failing command    hears an error, whatever it had answered; what it changed in part is not
//                          propagated
//   commands before it     are done: their replies and effects are as they were
//   commands behind it     of its client and of others, are executed by Resume; while the data is
//                          being recovered they hear -LOADING, as if they had come later
//   clients that wait      hear -UNBLOCKED; what rests on them is executed as always
//   transactions           abort; who watches keys is told that they changed
//   subscriptions          stay, and so does everything else that belongs to a client
//
// Who failed is the client whose command was being executed, or the one for whom a blocked command
// was run anew. A failure between two commands is nobody's: all of them are executed.
public sealed partial class RotomEngine
{
    /// <summary>The command in hand is answered; what follows it is being done.</summary>
    private bool _answered;

    /// <summary>The effects of a command that was done could not be kept.</summary>
    private bool _effectsLost;

    /// <summary>The client whose blocked command failed when it was run anew.</summary>
    private Client? _failedRetry;

    /// <summary>
    /// The owner's instance failed: the client whose command it was gets an error, and whoever
    /// relies on what was there before is told. To be called before anything else.
    /// </summary>
    /// <param name="batch">
    /// The batch that was being executed and will be resumed; null when it was none.
    /// </param>
    public void AnswerFailure(CommandBatch? batch)
    {
        Client? failed = _failedRetry ?? (_answered ? null : _executing);
        _executing = _failedRetry = null;
        _answered = false;
        _depth = 0;
        _afterCommand = After.None;
        _ownPushes.Clear();
        _ahead.End();
        _metered = default;
        _effectsLost = false;
        Propagation.DropUnit();
        if (failed is not null && ReferenceEquals(failed.Link.EngineState, failed))
        {
            try
            {
                AnswerFailed(failed);
            }
            catch (OutOfMemoryException)
            {
                // Unanswered, it would take the next command's reply for this one's.
                CloseNow(failed);
            }
        }

        foreach (ClientLink link in batch?.Opened ?? [])
        {
            if (link.EngineState is null) OpenClient(link);
        }

        AbortTransactions();
        ReleaseWaiters();
    }

    /// <summary>
    /// Goes on with a batch behind the command at which it failed. As with
    /// <see cref="Execute"/>, replies and effects are where it leaves them.
    /// </summary>
    public void Resume(CommandBatch batch)
    {
        ReadOnlySpan<CommandRun> runs = batch.Runs;
        BeginTurn();
        _ahead.Begin(batch, runs);
        if (_run < runs.Length && runs[_run] is { Link.EngineState: Client client } run)
        {
            int next = Math.Max(_command + 1, run.FirstCommand);
            int left = run.FirstCommand + run.CommandCount - next;
            ExecuteCommands(
                client, batch, next, batch.Commands.Slice(next, left), run.ProtocolError);
        }

        _run++;
        ExecuteRuns(batch);
    }

    private void AnswerFailed(Client failed)
    {
        bool silent = failed.Has(ClientGate.ReplyOff | ClientGate.ReplySkip);
        failed.Set(ClientGate.ReplySkip, false);
        ReadOnlySpan<byte> text = "ERR internal error: the keyspace failed; see the log"u8;
        CountError(text);
        if (!silent) BeginReply(failed).Error(text);
    }

    private void AbortTransactions()
    {
        foreach (Client client in _clients.Values)
        {
            if (client.Watched is not null) client.Set(ClientGate.DirtyCas, true);
            if (client.Has(ClientGate.Multi)) client.Set(ClientGate.DirtyExec, true);
        }
    }
}
