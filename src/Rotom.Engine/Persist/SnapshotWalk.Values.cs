using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

public sealed partial class SnapshotWalk : IValueHolder, IBigValueOwner
{
    private readonly Dictionary<Handle, BigValue> _byKey = [];
    private readonly Queue<BigValue> _noted = new();
    private readonly EarlyBytes _aside;
    private BigValue? _open;

    /// <summary>
    /// Bytes of old state held because its turn has not come: copies and records that wait.
    /// </summary>
    public long HeldBytes { get; private set; }

    /// <summary>The most it has been.</summary>
    public long HeldBytesPeak { get; private set; }

    /// <summary>Large values that are noted and not saved yet.</summary>
    internal int ValuesNoted => _noted.Count + (_open is null ? 0 : 1);

    /// <inheritdoc/>
    void IImageCounter.Count(long bytes)
    {
        HeldBytes += bytes;
        HeldBytesPeak = Math.Max(HeldBytesPeak, HeldBytes);
    }

    /// <inheritdoc/>
    void IBigValueOwner.LosesKey(BigValue value) => _byKey.Remove(value.Key);

    /// <inheritdoc/>
    void IValueHolder.BeforeChange(Handle table, uint bucket) =>
        ((BigTable)_byKey[table]).SaveEarly(bucket);

    /// <inheritdoc/>
    void IValueHolder.BeforeTableGoes(Handle table) => ((BigTable)_byKey[table]).TableGoes();

    /// <inheritdoc/>
    INodeHolder IValueHolder.NodesOf(Handle list) => (BigList)_byKey[list];

    /// <inheritdoc/>
    void IValueHolder.BeforeWrite(Handle block, long from, long count)
    {
        if (_byKey.TryGetValue(block, out BigValue? value))
            ((BigString)value).BeforeWrite(from, count);
    }

    /// <inheritdoc/>
    void IValueHolder.Moved(Handle old, Handle now)
    {
        if (old == now || !_byKey.Remove(old, out BigValue? value)) return;
        ((BigString)value).Moved(now);
        _byKey.Add(now, value);
    }

    /// <inheritdoc/>
    bool IValueHolder.TryKeep(DetachedValue value)
    {
        Handle key = _engine.ValueWriter.KeyOf(value);
        if (key.IsNull || !_byKey.TryGetValue(key, out BigValue? held)) return false;
        Invariant.Require(held.Orphan is null);
        held.Orphan = value;
        return true;
    }

    // True when there was something to do for large values or for what waits on them.
    private bool SaveSomeValue()
    {
        if (_open is not null)
        {
            if (_open.SaveSome(_writer)) Close(_open);
        }
        else if (!_aside.IsEmpty)
        {
            _aside.MoveSome(_writer);
            if (_aside.IsEmpty) _file.To = _writer;
        }
        else if (_noted.TryDequeue(out BigValue? next))
        {
            Open(next);
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TryNote(int part, Entry entry)
    {
        BigValue? value = _file.Begin(entry, this, _number);
        if (value is null) return false;
        value.Part = part;
        _byKey.Add(value.Key, value);
        _noted.Enqueue(value);
        return true;
    }

    private void Open(BigValue value)
    {
        Part part = _parts[value.Part];
        _file.Select(part.Database, part.Keys, part.Expires, ref part.IsFirst);
        _writer.Bytes(value.Head);
        _open = value;
        _file.To = _aside.Writer;
    }

    private void Close(BigValue value)
    {
        _writer.Bytes(value.Tail);
        _open = null;
        if (_aside.IsEmpty) _file.To = _writer;
        _file.EndSteps();
        Forget(value);
        _engine.DelayKey(_engine.Config.RdbKeySaveDelayMicroseconds);
    }

    private void Forget(BigValue value)
    {
        _byKey.Remove(value.Key);
        value.Release();
        if (value.Orphan is { } orphan) _engine.FreeLater(orphan);
    }

    private void ForgetValues()
    {
        if (_open is not null) Forget(_open);
        _open = null;
        while (_noted.TryDequeue(out BigValue? value)) Forget(value);
        _aside.Drop();
        if (_engine.Heap.Holder == this) _engine.Heap.Holder = null;
    }
}
