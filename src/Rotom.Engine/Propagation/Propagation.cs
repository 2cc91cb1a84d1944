using System;
using Rotom.Resp;

namespace Rotom.Engine;

// Propagation: what a turn changed, as commands that give the same state when replayed.
//
// A unit is one top-level command, one EXEC, or one key that expired. What it propagates is
// gathered here; a unit of more than one command is framed by MULTI and EXEC, so that a reader
// (journal, replica) never sees half of it. Nothing is kept while nobody listens (Enabled is
// false).
//
// Memory may be refused at any word. What a command that failed had propagated is taken back
// (Rollback), and a unit goes into the turn whole or not at all: half a command would make the
// journal unreadable, and a MULTI without its EXEC would take all that follows along.
//
// A handler that marks its key as changed propagates the command as it came, unless it asked for
// effects instead: relative times become absolute, random choices become what was chosen.

/// <summary>Gathers the effects of a turn in RESP.</summary>
public sealed class Propagation
{
    private readonly EffectBuffer _unit = new(4096);
    private readonly EffectBuffer _turn = new(1 << 16);
    private int _unitCommands;
    private int _database = -1;
    private int _unitDatabase = -1;

    private static ReadOnlySpan<byte> Multi => "*1\r\n$5\r\nMULTI\r\n"u8;

    private static ReadOnlySpan<byte> Exec => "*1\r\n$4\r\nEXEC\r\n"u8;

    /// <summary>True when a journal or a replica listens.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// Deletions of what expired or was evicted are marked as such, for a journal whose reader
    /// knows annotations (<see cref="Persist.AofAnnotation"/>).
    /// </summary>
    public bool MarksCauses { get; set; }

    /// <summary>Bytes gathered since the last <see cref="EndTurn"/>.</summary>
    public int TurnBytes => _turn.Written.Length;

    /// <summary>
    /// Commands gathered since the engine started, MULTI, EXEC and SELECT not counted.
    /// </summary>
    public long Commands { get; private set; }

    /// <summary>Called before more memory is needed; a test may refuse it.</summary>
    internal Action? Growing
    {
        set => _unit.Growing = _turn.Growing = value;
    }

    internal bool Overridden { get; private set; }

    /// <summary>What <see cref="RotomEngine.Dirty"/> was when the command began.</summary>
    internal long DirtyBefore { get; private set; }

    /// <summary>Changes since then that have their own effects: those of inner commands.</summary>
    internal long Foreign { get; private set; }

    /// <summary>What belongs to the command in hand, kept while an inner one runs.</summary>
    internal PropagationState State
    {
        get => new(Overridden, DirtyBefore, Foreign);
        set => (Overridden, DirtyBefore, Foreign) = value;
    }

    /// <summary>Where the unit is now, for <see cref="Rollback"/>.</summary>
    internal EffectMark Here() => new(_unit.Written.Length, _unitCommands, _unitDatabase);

    /// <summary>
    /// The command in hand failed: what it has propagated since the mark has not happened, and it
    /// is not propagated as it came either.
    /// </summary>
    internal void Rollback(EffectMark mark)
    {
        _unit.CutTo(mark.Bytes);
        _unitCommands = mark.Commands;
        _unitDatabase = mark.Database;
        Overridden = true;
    }

    /// <summary>The turn's effects; valid until <see cref="EndTurn"/>.</summary>
    public ReadOnlySpan<byte> Turn => _turn.Written;

    /// <summary>Forgets the turn; the caller has handed it to the journal.</summary>
    public void EndTurn() => _turn.Clear();

    /// <summary>The next unit names its database again (a new file, a new replica).</summary>
    public void ForgetDatabase() => _database = -1;

    internal void BeginCommand(long dirty)
    {
        Overridden = false;
        DirtyBefore = dirty;
        Foreign = 0;
    }

    internal void NoteForeign(long changes) => Foreign += changes;

    internal void Override() => Overridden = true;

    /// <summary>Begins a command.</summary>
    /// <param name="database">The database it is for.</param>
    /// <param name="words">How many words it has.</param>
    /// <param name="cause">The line that says why it is written; empty: a command did it.</param>
    internal EffectWriter Begin(int database, int words, ReadOnlySpan<byte> cause = default)
    {
        if (!Enabled) return default;
        _unitCommands++;
        Commands++;
        if (_unitDatabase != database)
        {
            _unitDatabase = database;
            _unit.Aggregate('*', 2);
            _unit.Bulk("SELECT"u8);
            _unit.BulkInteger(database);
        }

        if (MarksCauses) _unit.Raw(cause);
        _unit.Aggregate('*', words);
        return new EffectWriter(_unit);
    }

    internal void Verbatim(int database, in CommandContext context)
    {
        if (!Enabled) return;
        EffectWriter effect = Begin(database, context.ArgCount);
        for (int i = 0; i < context.ArgCount; i++) effect.Word(context[i]);
    }

    internal void BeginUnit()
    {
        // Of a unit that was not ended.
        _unit.Clear();
        _unitCommands = 0;
        _unitDatabase = _database;
    }

    /// <summary>The unit failed: what it has propagated so far has not happened.</summary>
    internal void DropUnit()
    {
        _unitCommands = 0;
        _unit.Clear();
        Overridden = false;
    }

    /// <summary>Takes the unit into the turn; false when it changed nothing.</summary>
    internal bool EndUnit()
    {
        if (_unitCommands == 0) return false;
        ReadOnlySpan<byte> unit = _unit.Written;
        if (_unitCommands > 1)
        {
            Span<byte> to = _turn.RawSpan(Multi.Length + unit.Length + Exec.Length);
            Multi.CopyTo(to);
            unit.CopyTo(to[Multi.Length..]);
            Exec.CopyTo(to[(Multi.Length + unit.Length)..]);
        }
        else
        {
            unit.CopyTo(_turn.RawSpan(unit.Length));
        }

        _database = _unitDatabase;
        _unitCommands = 0;
        _unit.Clear();
        return true;
    }
}

/// <summary>Writes the words of one propagated command; does nothing when nobody listens.</summary>
public readonly ref struct EffectWriter
{
    private readonly RespWriter? _to;

    internal EffectWriter(RespWriter to) => _to = to;

    /// <summary>Adds a word.</summary>
    public EffectWriter Word(ReadOnlySpan<byte> word)
    {
        _to?.Bulk(word);
        return this;
    }

    /// <summary>Adds a number as a word.</summary>
    public EffectWriter Word(long word)
    {
        _to?.BulkInteger(word);
        return this;
    }
}

/// <summary>A place in the unit in hand.</summary>
internal readonly record struct EffectMark(int Bytes, int Commands, int Database);

/// <summary>A writer that can take back.</summary>
internal sealed class EffectBuffer(int capacity) : RespWriter(capacity)
{
    /// <summary>Called before it needs more memory; a test may refuse it.</summary>
    internal Action? Growing { get; set; }

    /// <inheritdoc/>
    protected override void Grow(int bytes)
    {
        Growing?.Invoke();
        base.Grow(bytes);
    }

    /// <summary>Forgets what was written behind so many bytes.</summary>
    internal void CutTo(int length) => Use(Buffer, length);
}

/// <summary>What a command has said so far of its own propagation.</summary>
internal readonly record struct PropagationState(
    bool Overridden, long DirtyBefore, long Foreign);
