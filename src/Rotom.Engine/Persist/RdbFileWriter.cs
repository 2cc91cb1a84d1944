using System;
using System.Globalization;
using System.Text;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// The records of a whole file around the values: header, databases, what is known of each key. The
// order of keys means nothing in the format, and a database may be returned to, so records may be
// written in any order; this class remembers which database a reader would be in.

/// <summary>Writes the records of a file.</summary>
internal sealed class RdbFileWriter(RotomEngine engine, RdbWriter first) : ISnapshotRecords
{
    private readonly Config.ServerConfig _config = engine.Config;
    private readonly RdbWriter _head = new();
    private int _database = -1;

    /// <summary>Keys written.</summary>
    public long Keys { get; private set; }

    /// <summary>The file's beginning.</summary>
    /// <param name="version">The lowest version that has all types that will occur.</param>
    /// <param name="isBase">True for the base file of a journal.</param>
    public void Begin(int version, bool isBase)
    {
        To.Bytes(Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"REDIS{version:D4}")));
        Aux("redis-ver"u8, ServerVersion.RedisBytes);
        Aux("redis-bits"u8, "64"u8);
        Aux("ctime"u8, Number(engine.NowMs / 1000));
        Aux("used-mem"u8, Number(engine.UsedMemory));
        Aux("aof-base"u8, isBase ? "1"u8 : "0"u8);
    }

    /// <summary>Something about the file that readers who do not know it skip.</summary>
    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        To.Opcode(RdbOpcode.Aux);
        To.String(name);
        To.String(value);
    }

    /// <summary>The records that follow are of this database; its size is a hint.</summary>
    public void Select(int database, long keys, long expires, ref bool isFirst)
    {
        if (_database == database) return;
        _database = database;
        To.Opcode(RdbOpcode.SelectDatabase);
        To.Count((ulong)database);
        if (!isFirst) return;
        isFirst = false;
        To.Opcode(RdbOpcode.ResizeDatabase);
        To.Count((ulong)keys);
        To.Count((ulong)expires);
    }

    /// <summary>A key, with its value and what is known of it.</summary>
    public void Write(Entry entry)
    {
        WriteHead(To, entry);
        engine.ValueWriter.Write(To, entry);
        Keys++;
    }

    /// <inheritdoc/>
    public BigValue? Begin(Entry entry, IBigValueOwner owner, uint snapshot)
    {
        _head.Clear();
        BigValue? value = engine.ValueWriter.Begin(entry, _head, owner, snapshot);
        if (value is null) return null;
        byte[] behindKey = _head.Written.ToArray();
        _head.Clear();
        WriteHead(_head, entry);
        value.Head = [.. _head.Written, .. behindKey];
        return value;
    }

    private void WriteHead(RdbWriter head, Entry entry)
    {
        if (entry.HasExpiry)
        {
            head.Opcode(RdbOpcode.ExpireMs);
            head.Int64(entry.ExpireAtMs);
        }

        WriteUse(head, entry);
        head.Type(engine.ValueWriter.TypeOf(entry));
        head.String(entry.Key);
    }

    /// <inheritdoc/>
    public RdbWriter To { get; set; } = first;

    /// <inheritdoc/>
    public void EndSteps() => Keys++;

    /// <summary>The file's end, but for the checksum.</summary>
    public void End() => To.Opcode(RdbOpcode.End);

    // As Redis: only where the policy would use it again.
    private void WriteUse(RdbWriter to, Entry entry)
    {
        if (engine.UsesLfu)
        {
            to.Opcode(RdbOpcode.Frequency);
            to.Byte((byte)Lfu.Decayed(entry.Lru, engine.NowMs, _config.LfuDecayTime));
        }
        else if (_config.MaxMemoryPolicy is Config.MaxMemoryPolicy.AllKeysLru
            or Config.MaxMemoryPolicy.VolatileLru)
        {
            to.Opcode(RdbOpcode.Idle);
            to.Count((ulong)(Lru.IdleMs(entry.Lru, engine.LruClock) / 1000));
        }
    }

    private static byte[] Number(long value) =>
        Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
}
