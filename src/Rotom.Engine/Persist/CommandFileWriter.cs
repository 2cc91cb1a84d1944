using System;
using System.Buffers.Text;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Persist;

// A snapshot as commands: what aof-use-rdb-preamble no asks for. A string is a SET, with its time
// as an option. Any other value is a RESTORE of what DUMP would answer: one command a key whatever
// the type, which redis-server executes as well as this server, and which brings back the encoding
// too. A type of the host may have commands of its own for its values.

/// <summary>Writes a snapshot as commands.</summary>
internal sealed class CommandFileWriter(RotomEngine engine, RdbWriter first) : ISnapshotRecords
{
    private readonly RespWriter _command = new(4096);
    private CustomRewriter? _custom;
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
    public bool WritesInSteps => false;

    /// <inheritdoc/>
    public void WriteHead(RdbWriter head, Entry entry) => Invariant.Require(false);

    /// <inheritdoc/>
    public void EndSteps() => Invariant.Require(false);

    /// <inheritdoc/>
    public void End()
    {
    }

    private void WriteString(Entry entry)
    {
        _command.ArrayHeader(entry.HasExpiry ? 5 : 3);
        _command.Bulk("SET"u8);
        _command.Bulk(entry.Key);
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

        if (!entry.HasExpiry) return;
        _command.Bulk("PXAT"u8);
        _command.BulkInteger(entry.ExpireAtMs);
    }

    private bool TryWriteCustom(Entry entry)
    {
        CustomValues values = engine.Payloads.Customs;
        bool isWritten = values.TypeOf(entry.Payload.Block).RewriteValue(
            entry.Key, values.ValueOf(entry.Payload.Block), _custom ??= new CustomRewriter(_command));
        if (!isWritten)
        {
            _command.Clear();
            return false;
        }

        if (!entry.HasExpiry) return true;
        _command.ArrayHeader(3);
        _command.Bulk("PEXPIREAT"u8);
        _command.Bulk(entry.Key);
        _command.BulkInteger(entry.ExpireAtMs);
        return true;
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
