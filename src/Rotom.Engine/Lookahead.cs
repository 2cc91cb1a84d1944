using System;
using System.Runtime.CompilerServices;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Lookahead: the keys of the commands to come are on their way from memory while one is executed.
//
// Two stages, since a bucket must have arrived before it says where the entry is: the bucket is
// fetched for the command BucketAhead from now, the entry for the one EntryAhead from now. The hash
// that the first stage needs is kept and used when the command comes, so nothing is computed twice.
// It takes the second word for a key and the current client's database for the one: where that is
// wrong (a command without keys, another database) a fetch is wasted and nothing else.

/// <summary>Prefetches the keys of a batch.</summary>
internal struct Lookahead
{
    private const int BucketAhead = 8;
    private const int EntryAhead = 4;
    private const int Ring = 16;

    /// <summary>A batch smaller than this is executed before anything could have arrived.</summary>
    private const int CommandsMin = 4;

    private readonly RotomEngine _engine;
    private readonly ulong[] _hashes;
    private CommandBatch? _batch;
    private int _next;

    internal Lookahead(RotomEngine engine)
    {
        _engine = engine;
        _hashes = new ulong[Ring];
    }

    /// <summary>A batch begins.</summary>
    internal void Begin(CommandBatch batch, ReadOnlySpan<CommandRun> runs)
    {
        _next = 0;
        _batch = batch.CommandCount < CommandsMin || runs.IsEmpty ? null : batch;
    }

    /// <summary>The batch ends.</summary>
    internal void End() => _batch = null;

    /// <summary>A command of the batch is about to be executed; none comes twice.</summary>
    /// <param name="batch">The batch it is of; another one than was begun is none of ours.</param>
    /// <param name="index">Its number in the batch. Numbers may be left out.</param>
    /// <param name="database">Where its keys are looked for.</param>
    /// <returns>The hash of its second word, or 0 when there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong Step(CommandBatch batch, int index, Database database) =>
        ReferenceEquals(batch, _batch) ? StepOn(batch, index, database) : 0;

    private ulong StepOn(CommandBatch batch, int index, Database database)
    {
        ReadOnlySpan<CommandRef> commands = batch.Commands;
        int end = Math.Min(index + BucketAhead + 1, commands.Length);
        for (_next = Math.Max(_next, index); _next < end; _next++)
        {
            CommandRef command = commands[_next];
            ulong hash = 0;
            if (command.ArgCount > 1)
            {
                hash = _engine.Hash(batch.Bytes(batch.Args[command.FirstArg + 1]));
                database.Table.Prefetch(hash);
            }

            _hashes[_next % Ring] = hash;
        }

        int entry = index + EntryAhead;
        if (entry < commands.Length && _hashes[entry % Ring] is var ahead and not 0)
        {
            database.Table.PrefetchEntry(ahead);
        }

        return _hashes[index % Ring];
    }
}
