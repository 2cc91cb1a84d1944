using System;
using System.Globalization;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// RdbFileLoader: a file, read record by record into the databases or only checked. It is made for
// files of any size: the owner calls Step until it says that it is done, and does what else is due
// in between. Each value is proven before the keyspace hears of it. What is wrong with a file is
// said once, with its offset, and nothing is read after it.

/// <summary>What to do with the keys of a file.</summary>
public enum RdbUse
{
    /// <summary>Fill databases that are empty; a key that is there twice is an error.</summary>
    Load,

    /// <summary>
    /// The same, for the base of a journal: what is past its time stays, for the journal says what
    /// became of it.
    /// </summary>
    Base,

    /// <summary>Put them over what is there (DEBUG RELOAD MERGE).</summary>
    Merge,

    /// <summary>Prove them, keep none.</summary>
    Check,
}

/// <summary>Reads a file.</summary>
public sealed class RdbFileLoader
{
    private const int RecordsPerLook = 16;
    private const int SlotCount = 16_384;

    // A type, the lengths and the bytes of a short key and value.
    private const int BytesOfKeyMin = 16;

    // 128 MB of buckets, made in some 30 ms.
    private const ulong ReservedKeysMax = 10_000_000;

    private readonly RotomEngine _engine;
    private readonly RdbReader _reader = new() { Checksums = true };
    private readonly RdbPair[] _pairs = new RdbPair[RdbPair.Many];
    private readonly RdbUse _use;
    private readonly IRdbListener? _listener;
    private Database _database;
    private long _expireAtMs = -1;
    private long _idleSeconds = -1;
    private int _frequency = -1;
    private bool _begun;

    /// <summary>A loader of a stream, from its position on.</summary>
    internal RdbFileLoader(
        RotomEngine engine, Stream stream, RdbUse use, IRdbListener? listener = null)
    {
        _engine = engine;
        _use = use;
        _listener = listener;
        _database = engine.Databases[0];
        _reader.Open(stream);
        FileBytes = stream.CanSeek ? stream.Length : 0;
    }

    /// <summary>The version that the file says it has.</summary>
    public int Version { get; private set; }

    /// <summary>Keys that were loaded.</summary>
    public long KeysLoaded { get; private set; }

    /// <summary>Keys whose time was over, and which were left out.</summary>
    public long KeysExpired { get; private set; }

    /// <summary>Collections without elements, which are no keys.</summary>
    public long EmptyKeysSkipped { get; private set; }

    /// <summary>Libraries of functions, which are left out.</summary>
    public long FunctionsSkipped { get; private set; }

    /// <summary>Bytes read.</summary>
    public long Offset => _reader.Offset;

    /// <summary>True when the file ended before what it began.</summary>
    public bool EndedEarly => _reader.EndedEarly;

    /// <summary>What is wrong with the file, or null.</summary>
    public string? Failure => _reader.Failure;

    /// <summary>True when the file has a checksum and it was right.</summary>
    public bool ChecksumHeld { get; private set; }

    /// <summary>Reads some more, for about so many nanoseconds; true at the end.</summary>
    public bool Step(long nanos)
    {
        long end = nanos == long.MaxValue
            ? long.MaxValue
            : _engine.Clock.MonotonicNanos + nanos;
        _engine.BeginTurn();
        if (!_begun) Begin();
        while (!_reader.Failed)
        {
            for (int i = 0; i < RecordsPerLook && !_reader.Failed; i++)
            {
                if (MayAddStrings() && AddStrings()) break;
                if (!TryRecord()) return true;
            }

            if (end != long.MaxValue && _engine.Clock.MonotonicNanos > end) return _reader.Failed;
        }

        return true;
    }

    /// <summary>Bytes of the whole file, 0 when that is not known.</summary>
    public long FileBytes
    {
        get => _reader.StreamBytes;
        set => _reader.StreamBytes = value;
    }

    /// <summary>Reading ends here, for a reason that is not in the bytes.</summary>
    public void Fail(string reason) => _reader.Fail(reason);

    private void Begin()
    {
        _begun = true;
        ReadOnlySpan<byte> magic = _reader.Bytes(9);
        if (_reader.Failed) return;
        if (!magic.StartsWith("REDIS"u8))
        {
            _reader.Fail("Wrong signature trying to load DB from file");
            return;
        }

        Version = Numbers.TryParse(magic[5..].TrimStart((byte)'0'), out long version)
            ? (int)version
            : 0;
        if (Version is >= RdbVersion.Oldest and <= RdbVersion.Newest) return;
        _reader.Fail("Can't handle RDB format version " + Encoding.Latin1.GetString(magic[5..]));
    }

    // False behind the last record.
    private bool TryRecord()
    {
        byte type = _reader.Byte();
        if (_reader.Failed) return true;
        if (type < (byte)RdbOpcode.SlotInfo)
        {
            ReadKey((RdbType)type);
            return true;
        }

        switch ((RdbOpcode)type)
        {
            case RdbOpcode.ExpireMs:
                _expireAtMs = Math.Max(0, _reader.Int64());
                break;
            case RdbOpcode.ExpireSeconds:
                _expireAtMs = Math.Max(0, (int)_reader.UInt32()) * 1000L;
                break;
            case RdbOpcode.Idle:
                _idleSeconds = (long)Math.Min(_reader.Count(), long.MaxValue);
                break;
            case RdbOpcode.Frequency:
                _frequency = _reader.Byte();
                break;
            case RdbOpcode.End:
                End();
                return false;
            default:
                ReadAboutFile((RdbOpcode)type);
                break;
        }

        return true;
    }

    private void ReadAboutFile(RdbOpcode opcode)
    {
        switch (opcode)
        {
            case RdbOpcode.SelectDatabase:
                Select(_reader.Count());
                break;
            case RdbOpcode.ResizeDatabase:
                ulong keys = _reader.Count();
                Reserve(keys, _reader.Count());
                break;
            case RdbOpcode.Aux:
                ReadOnlySpan<byte> name = _reader.KeptString(0);
                ReadOnlySpan<byte> value = _reader.String();
                if (!_reader.Failed) _listener?.Aux(name, value);
                break;
            case RdbOpcode.SlotInfo:
                if (_reader.Count() >= SlotCount) _reader.Fail("a slot that does not exist");
                _reader.Count();
                _reader.Count();
                break;
            case RdbOpcode.Function2:
                _reader.String();
                FunctionsSkipped++;
                break;
            case RdbOpcode.ModuleAux:
                _reader.Fail("The RDB file contains AUX module data I can't load");
                break;
            default:
                _reader.Fail("a record of a kind that is not known");
                break;
        }
    }

    // A hint: tables grow a bucket at a time without it, but each split touches all that it moves.
    // A file may say anything: no more is believed than it has bytes for, 13 of buckets a key.
    private void Reserve(ulong keys, ulong expiring)
    {
        if (_reader.Failed || _use is not (RdbUse.Load or RdbUse.Base)) return;
        ulong most = Math.Min((ulong)_reader.MostElements(BytesOfKeyMin), ReservedKeysMax);
        _database.Table.Reserve((long)Math.Min(keys, most), (long)Math.Min(expiring, most));
    }

    private void Select(ulong index)
    {
        if (_reader.Failed) return;
        if (index < (ulong)_engine.Databases.Length)
        {
            _database = _engine.Databases[(int)index];
            return;
        }

        _reader.Fail(string.Create(
            CultureInfo.InvariantCulture,
            $"Data file was created with a Redis server configured to handle more than "
            + $"{_engine.Databases.Length} databases"));
    }

    // A key whose time is over, which is left out.
    private bool IsOver(long expireAtMs) =>
        expireAtMs >= 0 && _use != RdbUse.Base && expireAtMs < _engine.NowMs;

    // A string with nothing before it that is about it, of which nobody wants to hear.
    private bool MayAddStrings() =>
        _use is RdbUse.Load or RdbUse.Base && _listener is null
        && _expireAtMs < 0 && _idleSeconds < 0 && _frequency < 0
        && _engine.Config.KeyLoadDelayMicroseconds == 0;

    // Adds the strings that come next, as far as they stand in the reader's buffer; false when
    // there is none. The buckets of all of them are on their way before the first is added.
    // Optimized from its first call, for a server that starts has no time to find out that it is
    // called often.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AddStrings()
    {
        int count = _reader.LookForPairs(_pairs, (int)RdbType.String);
        ReadOnlySpan<byte> bytes = _reader.Buffer;
        Span<RdbPair> pairs = _pairs.AsSpan(0, count);
        foreach (ref RdbPair pair in pairs)
        {
            pair.Hash = _engine.Hash(bytes.Slice(pair.NameAt, pair.NameLength));
            _database.Table.Prefetch(pair.Hash);
            if (pair.ExpireAtMs >= 0) _database.Table.PrefetchExpiring(pair.Hash);
        }

        foreach (ref RdbPair pair in pairs)
        {
            _reader.Take(in pair);
            if (IsOver(pair.ExpireAtMs))
            {
                KeysExpired++;
                continue;
            }

            KeysLoaded++;
            Key key = new(bytes.Slice(pair.NameAt, pair.NameLength), pair.Hash);
            ReadOnlySpan<byte> value = bytes.Slice(pair.ValueAt, pair.ValueLength);
            if (_database.TryAddString(key, value, pair.ExpireAtMs)) continue;
            FailTwice(key);
            break;
        }

        return count > 0;
    }

    private void FailTwice(Key key) => _reader.Fail(string.Create(
        CultureInfo.InvariantCulture,
        $"RDB has duplicated key '{Encoding.Latin1.GetString(key.Bytes)}' in DB "
        + $"{_database.Index}"));

    private void ReadKey(RdbType type)
    {
        ReadOnlySpan<byte> name = _reader.KeptString(0);
        if (_reader.Failed) return;
        _engine.DelayKey(_engine.Config.KeyLoadDelayMicroseconds);
        // The bucket is on its way while the value is read.
        ulong hash = _engine.Hash(name);
        _database.Table.Prefetch(hash);
        bool check = _use == RdbUse.Check;
        switch (_engine.ValueReader.Read(_reader, type, out RdbValue value, check))
        {
            case RdbLoad.Walked:
                KeysLoaded++;
                _listener?.Key(name, type.ToString(), _expireAtMs >= 0);
                break;
            case RdbLoad.Empty:
                EmptyKeysSkipped++;
                break;
            case RdbLoad.Loaded:
                _listener?.Key(name, type.ToString(), _expireAtMs >= 0);
                Put(new Key(name, hash), in value);
                break;
        }

        _expireAtMs = _idleSeconds = _frequency = -1;
    }

    private void Put(Key key, in RdbValue value)
    {
        if (IsOver(_expireAtMs))
        {
            KeysExpired++;
            _engine.ValueReader.Free(in value);
            return;
        }

        KeysLoaded++;
        if (_use == RdbUse.Check)
        {
            _engine.ValueReader.Free(in value);
            return;
        }

        if (_use is RdbUse.Load or RdbUse.Base && _database.Exists(key))
        {
            _engine.ValueReader.Free(in value);
            FailTwice(key);
            return;
        }

        Entry entry = RdbValueReader.Store(_database, key, in value);
        if (_expireAtMs >= 0) entry = _database.SetExpire(entry, key, _expireAtMs);
        if (_engine.UsesLfu && _frequency >= 0)
        {
            entry.Lru = Lfu.WithCounter(_engine.NowMs, (uint)_frequency);
        }
        else if (!_engine.UsesLfu && _idleSeconds >= 0)
        {
            entry.Lru = Lru.Idle(_engine.LruClock, _idleSeconds);
        }
    }

    private void End()
    {
        if (Version < RdbVersion.Checksum) return;
        ulong crc = _reader.Crc;
        ulong told = (ulong)_reader.Int64();
        // Written with rdbchecksum no: nothing to compare with.
        if (_reader.Failed || told == 0 || !_engine.Config.RdbChecksum) return;
        ChecksumHeld = told == crc;
        if (!ChecksumHeld)
        {
            _reader.Fail(
                $"Wrong RDB checksum expected: ({told:x}) but got ({crc:x}). RDB CRC error");
        }
    }
}

/// <summary>Hears of what a file holds.</summary>
public interface IRdbListener
{
    /// <summary>Something about the file.</summary>
    void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>A key whose value is sound.</summary>
    void Key(ReadOnlySpan<byte> name, string type, bool hasExpiry);
}
