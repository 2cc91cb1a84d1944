using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// SnapshotWalk: a snapshot of all databases as they are at one moment, the cut, made in steps
// between turns, while commands go on changing them. Nothing is forked or copied beforehand.
//
// Every bucket of the key tables is saved exactly once: by the walk, which goes over the buckets in
// order, or before that by whoever is about to change something in it (BeforeChange), so that what
// is saved is what was there at the cut. A bucket that is saved carries this walk's mark; buckets
// that are split off inherit it, and merging is held, so no key is missed or met twice while the
// tables grow. What is written in which order does not matter to the format.
//
// To save a key is to write its record, if its value is small. A large value (BigValue) is only
// noted, with all that is known of its key: from then on the note is what has to be saved, whatever
// becomes of the key, and the value tells the walk before a part of it changes (IValueHolder,
// SnapshotWalk.Values.cs). Since nothing changes a value without naming its key's bucket first, the
// note is made before the first change. Large values are saved one after the other, each in steps
// of a bucket, a node or some kilobytes, those noted first before the walk goes on.
//
// A record must be whole in the file, so while one is open all others wait aside; so do those that
// come before what waits is in the file, as which database they belong to is told by their order.
//
// A table that is flushed meanwhile stays with the walk until it is done, a large value that is
// deleted or overwritten until it is saved; keys of tables that were empty at the cut are none of
// its business.
//
// Chunks of bytes pile up in a queue until the owner takes them. It stops calling Step while the
// disk is behind; images of old state are kept nevertheless, and counted: HeldBytes has to stay
// below a limit that the owner watches.
//
//   SnapshotWalk.cs         steps, key tables      BigTable.cs   hashes, sets, sorted sets
//   SnapshotWalk.Values.cs  large values           BigList.cs    lists
//   BigValue.cs             what they share        BigString.cs  strings

/// <summary>A snapshot being made.</summary>
public sealed partial class SnapshotWalk : IBucketObserver, IChunkSink
{
    private readonly RotomEngine _engine;
    private readonly uint _number;
    private readonly ushort _mark;
    private readonly RdbWriter _writer;
    private readonly ISnapshotRecords _file;
    private readonly List<Part> _parts = [];
    private readonly Queue<ArraySegment<byte>> _chunks = new();
    private int _part;

    /// <summary>Makes the cut: what is there now is what will be saved.</summary>
    /// <param name="engine">Whose databases.</param>
    /// <param name="number">One more than the last walk's.</param>
    /// <param name="form">What is written.</param>
    internal SnapshotWalk(RotomEngine engine, uint number, SnapshotForm form)
    {
        _engine = engine;
        _number = number;
        _mark = TableWatch.MarkOf(number);
        bool compress = engine.Config.RdbCompression;
        _writer = new RdbWriter(this) { Compress = compress };
        _aside = new EarlyBytes(this, compress);
        _file = form == SnapshotForm.Commands
            ? new CommandFileWriter(engine, _writer)
            : new RdbFileWriter(engine, _writer);
        _file.Begin(engine.ValueWriter.VersionNeeded, form == SnapshotForm.RdbBase);
        foreach (Database database in engine.Databases)
        {
            if (database.Count == 0) continue;
            Part part = new(database.Table, database.Index);
            part.Table.Observer = this;
            part.Table.HoldMerges = true;
            part.Table.NumberSnapshot(number);
            _parts.Add(part);
            KeysTotal += part.Keys;
        }

        engine.Heap.Holder = this;
    }

    /// <summary>Keys at the cut.</summary>
    public long KeysTotal { get; }

    /// <summary>Keys saved so far.</summary>
    public long KeysSaved => _file.Keys;

    /// <summary>True when all is in chunks, taken or not.</summary>
    public bool IsDone { get; private set; }

    /// <summary>
    /// Why the snapshot is void: a value of the host's could not be written. Null while all is
    /// well; looked at after each step.
    /// </summary>
    public string? Failure { get; private set; }

    /// <summary>Bytes in chunks not taken yet.</summary>
    public long QueuedBytes { get; private set; }

    /// <summary>Bytes of records written because somebody was about to change their keys.</summary>
    public long EarlyBytes { get; private set; }

    /// <summary>Writes something about the file that readers who do not know it skip.</summary>
    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Invariant.Require(_file.Keys == 0 && !IsDone);
        _file.Aux(name, value);
    }

    /// <summary>
    /// Saves some more, for about so many nanoseconds, with 0 the least there is to be done at a
    /// time; true when all is saved.
    /// </summary>
    public bool Step(long nanos)
    {
        long end = nanos == long.MaxValue
            ? long.MaxValue
            : _engine.Clock.MonotonicNanos + nanos;
        while (!IsDone)
        {
            StepOnce();
            if (end != long.MaxValue && _engine.Clock.MonotonicNanos >= end) break;
        }

        return IsDone;
    }

    /// <summary>The least there is to be done at a time.</summary>
    internal void StepOnce()
    {
        Invariant.Require(!IsDone);
        if (SaveSomeValue()) return;
        if (_part == _parts.Count)
        {
            _file.End();
            _writer.Flush();
            ForgetValues();
            IsDone = true;
            return;
        }

        Part part = _parts[_part];
        if (part.Next < part.Table.BucketCount)
        {
            Save(_part, part.Next++);
            return;
        }

        Release(part);
        _part++;
    }

    /// <summary>Gives the tables back before all is saved; the snapshot is void.</summary>
    public void Abort()
    {
        ForgetValues();
        for (; _part < _parts.Count; _part++) Release(_parts[_part]);
        IsDone = true;
        while (_chunks.TryDequeue(out ArraySegment<byte> chunk)) Return(chunk);
        QueuedBytes = 0;
    }

    /// <summary>The oldest chunk; the taker returns it.</summary>
    public bool TryTakeChunk(out ArraySegment<byte> chunk)
    {
        if (!_chunks.TryDequeue(out chunk)) return false;
        QueuedBytes -= chunk.Count;
        return true;
    }

    /// <summary>Gives a chunk's array back.</summary>
    public static void Return(ArraySegment<byte> chunk) =>
        System.Buffers.ArrayPool<byte>.Shared.Return(chunk.Array!);

    /// <summary>
    /// True when a table that was taken out of its database is still needed: it is cleared by
    /// <see cref="RotomEngine.ClearLater"/> when it no longer is.
    /// </summary>
    internal bool Keeps(KeyTable table)
    {
        for (int i = _part; i < _parts.Count; i++)
        {
            if (_parts[i].Table != table) continue;
            _parts[i].IsOrphan = true;
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    void IBucketObserver.BeforeChange(KeyTable table, uint bucket)
    {
        if (table.GetMark(bucket) == _mark) return;
        for (int i = _part; i < _parts.Count; i++)
        {
            if (_parts[i].Table != table) continue;
            long before = WrittenBytes;
            Save(i, bucket);
            EarlyBytes += WrittenBytes - before;
            return;
        }
    }

    /// <inheritdoc/>
    void IChunkSink.Take(ArraySegment<byte> chunk)
    {
        _chunks.Enqueue(chunk);
        QueuedBytes += chunk.Count;
    }

    private long WrittenBytes => QueuedBytes + _writer.Length + HeldBytes;

    private void Save(int part, uint bucket)
    {
        KeyTable table = _parts[part].Table;
        if (table.GetMark(bucket) == _mark) return;
        table.SetMark(bucket, _mark);
        Visitor visitor = new(this, part);
        table.VisitBucket(bucket, ref visitor);
        if (_file.To != _writer) _aside.Wrote();
    }

    private void Save(int number, Entry entry)
    {
        Part part = _parts[number];
        if (entry.Type == ObjectType.Module)
        {
            SaveCustom(part, entry);
            return;
        }

        if (TryNote(number, entry)) return;
        _file.Select(part.Database, part.Keys, part.Expires, ref part.IsFirst);
        _file.Write(entry);
        _engine.DelayKey(_engine.Config.RdbKeySaveDelayMicroseconds);
    }

    // A type of the host may throw. It may not be the snapshot's owner who is here, but whoever is
    // about to change the value: that is none of his business.
    private void SaveCustom(Part part, Entry entry)
    {
        if (Failure is not null) return;
        try
        {
            _engine.ValueWriter.Encode(entry);
            _file.Select(part.Database, part.Keys, part.Expires, ref part.IsFirst);
            _file.Write(entry);
        }
        catch (Exception fault) when (fault is not InvariantException)
        {
            string type = Encoding.ASCII.GetString(_engine.Payloads.TypeName(entry));
            Failure = $"a value of the type '{type}' could not be written: {fault.Message}";
        }
        finally
        {
            _engine.ValueWriter.ForgetEncoded();
        }
    }

    private void Release(Part part)
    {
        part.Table.Observer = null;
        part.Table.HoldMerges = false;
        if (part.IsOrphan) _engine.ClearLater(part.Table);
    }

    private readonly struct Visitor(SnapshotWalk walk, int part) : IEntryVisitor
    {
        public void Visit(Entry entry) => walk.Save(part, entry);
    }

    /// <summary>A table as it was at the cut.</summary>
    private sealed class Part(KeyTable table, int database)
    {
        public bool IsFirst = true;

        public KeyTable Table { get; } = table;

        public int Database { get; } = database;

        public long Keys { get; } = table.Count;

        public long Expires { get; } = table.ExpiringCount;

        public uint Next { get; set; }

        public bool IsOrphan { get; set; }
    }
}
