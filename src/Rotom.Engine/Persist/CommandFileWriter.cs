using System;
using System.Buffers.Text;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Persist;

// A snapshot as commands: what aof-use-rdb-preamble no asks for. A string is a SET, with its time
// as an option. Any other value is a RESTORE of what DUMP would answer: one command a key whatever
// the type, which redis-server executes as well as this server, and which brings back the encoding
// too. A large value is written in steps, as commands that add its elements (ElementCommands), with
// a PEXPIREAT behind them. A type of the host may have commands of its own for its values.

/// <summary>Writes a snapshot as commands.</summary>
internal sealed class CommandFileWriter(RotomEngine engine, RdbWriter first) : ISnapshotRecords
{
    private readonly RespWriter _command = new(4096);
    private CustomRewriter? _custom;
    private readonly ElementCommands.Scratch _scratch = new();
    private readonly RdbWriter _none = new();
    private readonly DumpPayload _payload = new(engine.ValueWriter);
    private int _database = -1;

    /// <inheritdoc/>
    public long Keys { get; private set; }

    /// <inheritdoc/>
    public void Begin(int version, bool isBase)
    {
    }

    /// <inheritdoc/>
    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
    }

    /// <inheritdoc/>
    public void Select(int database, long keys, long expires, ref bool isFirst)
    {
        if (_database == database) return;
        _database = database;
        _command.Clear();
        _command.ArrayHeader(2);
        _command.Bulk("SELECT"u8);
        _command.BulkInteger(database);
        To.Bytes(_command.Written);
    }

    /// <inheritdoc/>
    public void Write(Entry entry)
    {
        _command.Clear();
        if (entry.Type == ObjectType.String) WriteString(entry);
        else if (entry.Type != ObjectType.Module || !TryWriteCustom(entry)) WriteOther(entry);
        To.Bytes(_command.Written);
        Keys++;
    }

    /// <inheritdoc/>
    public RdbWriter To { get; set; } = first;

    /// <inheritdoc/>
    public BigValue? Begin(Entry entry, IBigValueOwner owner, uint snapshot)
    {
        ElementCommands commands = new(_scratch, VerbOf(entry.Type), entry.Key.ToArray());
        BigValue? value = engine.ValueWriter.Begin(entry, _none, owner, snapshot, commands);
        _none.Clear();
        if (value is null) return null;
        _command.Clear();
        if (entry.Type == ObjectType.String)
        {
            BeginString(entry);
            _command.BulkHeader(entry.StringLength);
            value.Head = _command.Written.ToArray();
            _command.Clear();
            _command.Raw("\r\n"u8);
            EndString(entry);
        }
        else if (entry.HasExpiry)
        {
            WriteExpiry(entry);
        }

        value.Tail = _command.Written.ToArray();
        return value;
    }

    /// <inheritdoc/>
    public void EndSteps() => Keys++;

    /// <inheritdoc/>
    public void End()
    {
    }

    private static byte[] VerbOf(ObjectType type) => type switch
    {
        ObjectType.Hash => "HSET"u8.ToArray(),
        ObjectType.List => "RPUSH"u8.ToArray(),
        ObjectType.Set => "SADD"u8.ToArray(),
        ObjectType.SortedSet => "ZADD"u8.ToArray(),
        _ => [],
    };

    private void WriteString(Entry entry)
    {
        BeginString(entry);
        if (entry.IsInt)
        {
            Span<byte> digits = stackalloc byte[20];
            Invariant.Require(Utf8Formatter.TryFormat(entry.Int, digits, out int length));
            _command.Bulk(digits[..length]);
        }
        else
        {
            _command.Bulk(entry.StringBytes);
        }

        EndString(entry);
    }

    private void BeginString(Entry entry)
    {
        _command.ArrayHeader(entry.HasExpiry ? 5 : 3);
        _command.Bulk("SET"u8);
        _command.Bulk(entry.Key);
    }

    private void EndString(Entry entry)
    {
        if (!entry.HasExpiry) return;
        _command.Bulk("PXAT"u8);
        _command.BulkInteger(entry.ExpireAtMs);
    }

    private bool TryWriteCustom(Entry entry)
    {
        CustomValues values = engine.Payloads.Customs;
        bool isWritten = values.TypeOf(entry.Payload.Block).RewriteValue(
            entry.Key,
            values.ValueOf(entry.Payload.Block),
            _custom ??= new CustomRewriter(_command));
        if (!isWritten)
        {
            _command.Clear();
            return false;
        }

        if (entry.HasExpiry) WriteExpiry(entry);
        return true;
    }

    private void WriteExpiry(Entry entry)
    {
        _command.ArrayHeader(3);
        _command.Bulk("PEXPIREAT"u8);
        _command.Bulk(entry.Key);
        _command.BulkInteger(entry.ExpireAtMs);
    }

    private void WriteOther(Entry entry)
    {
        _command.ArrayHeader(entry.HasExpiry ? 5 : 4);
        _command.Bulk("RESTORE"u8);
        _command.Bulk(entry.Key);
        _command.BulkInteger(entry.HasExpiry ? entry.ExpireAtMs : 0);
        _command.Bulk(_payload.Make(entry));
        if (entry.HasExpiry) _command.Bulk("ABSTTL"u8);
    }
}
