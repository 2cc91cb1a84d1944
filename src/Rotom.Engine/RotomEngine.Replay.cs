using System;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Replay: commands that a journal holds are executed again, to have the data they made.
//
// They come from a client that nobody hears and that may do everything. They were propagated as
// effects, so nothing is propagated again, no time passes (keys do not expire while loading) and
// the frame of a transaction says only that its commands belong together, which they do here in any
// case: the reader hands over whole transactions.
//
// A line that begins with '#' says why the next command was written (AofAnnotation). Recovery does
// not hand these over; they come to whoever tells of the past, who hears then of a key that expired
// what he would have heard when it did, and out of the memory of a keyspace that failed.
public sealed partial class RotomEngine
{
    private readonly RespLimits _replayLimits = new()
    {
        BulkBytesMax = RespLimits.BulkBytesTop,
    };

    private Replayer? _replayer;
    private string? _unreadable;

    /// <summary>What is replayed deletes a field of a hash whose time was over.</summary>
    private bool _replaysExpiry;

    private sealed class Replayer(Client client)
    {
        internal readonly Client Client = client;
        internal readonly CommandBatch Batch = new(64);
        internal readonly ReplyBatch Output = new();

        /// <summary>Why the next command was written; None: by a command.</summary>
        internal NotifyClass Cause;
    }

    /// <summary>Commands that answered an error when they were replayed.</summary>
    public long ReplayErrors { get; private set; }

    /// <summary>Executes commands in RESP; nothing but whole ones.</summary>
    /// <param name="bytes">They lie at its beginning, and
    /// <see cref="CommandBatch.Slack"/> bytes follow them.</param>
    /// <param name="length">How many bytes they are.</param>
    /// <returns>Why they could not be executed; null when they were.</returns>
    public string? Replay(byte[] bytes, int length)
    {
        BeginTurn();
        Replayer replayer = _replayer ??= MakeReplayer();
        CommandBatch batch = replayer.Batch;
        batch.Reset();
        batch.BeginRun(replayer.Client.Link);
        int buffer = batch.AdoptBuffer(bytes);
        RequestParser parser = new(batch, buffer, bytes, _replayLimits, authenticated: true);
        RequestParserState state = default;
        ParseStatus status = parser.Parse(ref state, 0, length);
        if (status != ParseStatus.NeedMore || parser.Consumed != length)
        {
            return "Bad file format reading the append only file: " + (parser.Error ?? "cut off");
        }

        Client? outer = _executing;
        _executing = replayer.Client;
        replayer.Cause = NotifyClass.None;
        string? problem = null;
        foreach (CommandRef command in batch.Commands)
        {
            problem = ReplayOne(replayer, command);
            if (problem is not null) break;
        }

        _executing = outer;
        replayer.Output.Reset();
        return problem;
    }

    /// <summary>
    /// Events are executed again, and between them all is in order: no half of a value is held
    /// anywhere, as it is while a snapshot is loaded, which comes before the first event.
    /// </summary>
    internal bool IsReplaying => _replayer is not null;

    /// <summary>The next replay begins in database 0 and outside any transaction.</summary>
    public void BeginReplay()
    {
        ReplayErrors = 0;
        _replayer = null;
    }

    /// <summary>The data is loaded: changes are counted from here.</summary>
    public void EndReplay()
    {
        Dirty = 0;
        _replayer = null;
    }

    /// <summary>
    /// The keyspace is made anew from the disk: it is emptied, transactions under way will not be
    /// executed, and who watches or caches a key is told that it changed.
    /// </summary>
    /// <returns>
    /// How many databases were so broken that their memory could not be given back.
    /// </returns>
    public int Forget()
    {
        int lost = 0;
        AbortTransactions();
        foreach (Database database in Databases)
        {
            try
            {
                Flush(database, lazy: false);
            }
            catch (InvariantException)
            {
                // The database has another table already; what is left of this one stays where it
                // is, since nobody knows what may be freed.
                lost++;
            }
        }

        SignalFlushed();
        Dirty = 0;
        BeginReplay();
        return lost;
    }

    /// <summary>
    /// A value that a journal holds cannot be had: nothing good comes of going on without it.
    /// </summary>
    internal void NoteUnreadable(string key, string reason)
    {
        if (_replayer is null || _executing != _replayer.Client) return;
        _unreadable = $"The value of '{key}' cannot be read: {reason}";
    }

    private static NotifyClass CauseOf(ReadOnlySpan<byte> line) =>
        AofAnnotation.Parse(line).Kind switch
        {
            AofAnnotationKind.Expired => NotifyClass.Expired,
            AofAnnotationKind.Evicted => NotifyClass.Evicted,
            _ => NotifyClass.None,
        };

    private Replayer MakeReplayer()
    {
        ClientLink link = new(-1, 0, "", "", -1, isUnixSocket: false);
        return new Replayer(new Client(link, Databases[0], Acl.Default, NowMs));
    }

    private string? ReplayOne(Replayer replayer, CommandRef which)
    {
        CommandBatch batch = replayer.Batch;
        ReadOnlySpan<ArgRef> args = batch.Args.Slice(which.FirstArg, which.ArgCount);
        ReadOnlySpan<byte> name = batch.Bytes(args[0]);
        // The parser takes the line for a command of one word.
        if (name.StartsWith("#"u8) && args.Length == 1)
        {
            replayer.Cause = CauseOf(name);
            return null;
        }

        NotifyClass cause = replayer.Cause;
        replayer.Cause = NotifyClass.None;
        Command? command = Commands.Find(name);
        if (command?.Subcommands is not null && args.Length > 1)
        {
            command = command.Subcommands.Find(batch.Bytes(args[1])) ?? command;
        }

        if (command?.Spec.Handler is null)
        {
            return $"Unknown command '{Encoding.Latin1.GetString(name)}' reading the append only "
                + "file";
        }

        if (!command.ArityFits(args.Length))
        {
            return $"Wrong number of words for '{command.FullName}' in the append only file";
        }

        if (args.Length == 1 && command.FullName is "multi" or "exec") return null;
        if (cause != NotifyClass.None && command.FullName is "del" or "unlink")
        {
            bool lazy = command.FullName == "unlink";
            replayer.Client.Database.Lose(batch.Bytes(args[1]), cause, lazy);
            return null;
        }

        return Redo(replayer, command, args, cause);
    }

    private string? Redo(
        Replayer replayer, Command command, ReadOnlySpan<ArgRef> args, NotifyClass cause)
    {
        long errors = Stats.ErrorReplies;
        ReplyBatch reply = replayer.Output;
        reply.Begin(replayer.Client.Link, resp3: false);
        ReplyBatch.Mark mark = reply.Here();
        CommandContext context = new(
            this, replayer.Client, command, replayer.Batch, args, reply);
        _replaysExpiry = cause == NotifyClass.Expired;
        try
        {
            // Its own handler, whatever was put around it: what a piece of middleware refused was
            // never propagated, and what it did instead was, by itself.
            command.Spec.Handler!(ref context);
        }
        catch (Exception fault) when (fault is not InvariantException)
        {
            // It failed when it was executed first, and was answered so: the journal goes on.
            Fault(in context, fault);
        }

        _replaysExpiry = false;
        reply.Rollback(replayer.Client.Link, mark);
        if (Stats.ErrorReplies != errors) ReplayErrors++;
        _afterCommand = After.None;
        _ownPushes.Clear();
        string? problem = _unreadable;
        _unreadable = null;
        return problem;
    }
}
