using System;

namespace Rotom.Resp;

// The lines of each type, and how values make aggregates.

public sealed partial class RespReader
{
    private RespReadResult OnLine(char type, ReadOnlySpan<byte> text)
    {
        if (_streamedString && type != ';') throw Broken("streamed string not continued");
        switch (type)
        {
            case '+':
                return Complete(RespValue.Text(RespKind.SimpleString, text.ToArray()));
            case '-':
                return Complete(RespValue.Text(RespKind.Error, text.ToArray()));
            case ':':
                return Complete(RespValue.Integer(Integer(text)));
            case ',':
                return RespValue.TryParseDouble(text, out double number)
                    ? Complete(RespValue.Double(number))
                    : throw Broken("invalid double");
            case '#':
                return Boolean(text);
            case '_':
                return text.IsEmpty ? Complete(RespValue.Null) : throw Broken("invalid null");
            case '(':
                return BigNumber(text);
            case '$':
                return String(RespKind.BulkString, text);
            case '=':
                return String(RespKind.VerbatimString, text);
            case '!':
                return String(RespKind.Error, text);
            case ';':
                return StringPart(text);
            case '*':
                return Open(RespKind.Array, text);
            case '~':
                return Open(RespKind.Set, text);
            case '%':
                return Open(RespKind.Map, text);
            case '>':
                return OpenPush(text);
            case '|':
                return OpenAttributes(text);
            case '.':
                return text.IsEmpty ? CloseStreamed() : throw Broken("invalid end of aggregate");
            default:
                throw Broken($"unknown type {(int)type}");
        }
    }

    private static long Integer(ReadOnlySpan<byte> text)
    {
        if (text.Length > 1 && text[0] == '+' && text[1] != '-') text = text[1..];
        return RespNumbers.TryParse(text, out long value)
            ? value
            : throw Broken("invalid integer");
    }

    private RespReadResult Boolean(ReadOnlySpan<byte> text)
    {
        if (text.Length != 1 || text[0] is not ((byte)'t' or (byte)'f'))
        {
            throw Broken("invalid boolean");
        }

        return Complete(RespValue.Boolean(text[0] == 't'));
    }

    private RespReadResult BigNumber(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> digits = text;
        if (digits.Length > 1 && digits[0] is (byte)'-' or (byte)'+') digits = digits[1..];
        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            throw Broken("invalid big number");
        }

        return Complete(RespValue.Text(RespKind.BigNumber, text.ToArray()));
    }

    private RespReadResult String(RespKind kind, ReadOnlySpan<byte> text)
    {
        _bulkKind = kind;
        if (kind == RespKind.BulkString)
        {
            if (text.SequenceEqual("-1"u8)) return Complete(RespValue.Null);
            if (text.SequenceEqual("?"u8))
            {
                _streamedString = true;
                return RespReadResult.NeedMore;
            }
        }

        int length = Count(text, _limits.BulkBytesMax, "invalid bulk length");
        if (HandOverBulks && kind == RespKind.BulkString && _open.Count == 0)
        {
            BulkLength = length;
            _phase = Phase.HandedOver;
            return RespReadResult.Bulk;
        }

        BeginBulk(length);
        return RespReadResult.NeedMore;
    }

    private RespReadResult StringPart(ReadOnlySpan<byte> text)
    {
        if (!_streamedString) throw Broken("part of no streamed string");
        int length = Count(text, _limits.BulkBytesMax - _bulkReceived, "invalid part length");
        if (length > 0)
        {
            BeginBulk(length);
            return RespReadResult.NeedMore;
        }

        _streamedString = false;
        return Complete(FinishString());
    }

    private RespReadResult Open(RespKind kind, ReadOnlySpan<byte> text)
    {
        if (kind == RespKind.Array && text.SequenceEqual("-1"u8)) return Complete(RespValue.Null);
        int items = text.SequenceEqual("?"u8) ? Frame.Streamed : Items(kind == RespKind.Map, text);
        if (items == 0) return Complete(RespValue.Aggregate(kind, []));
        Push(new Frame(kind, items, TakeAttributes()));
        return RespReadResult.NeedMore;
    }

    private RespReadResult OpenPush(ReadOnlySpan<byte> text)
    {
        if (_open.Count > 0) throw Broken("push inside a reply");
        int items = Items(pairs: false, text);
        if (items == 0) throw Broken("push without a name");
        Push(new Frame(RespKind.Push, items, TakeAttributes()));
        return RespReadResult.NeedMore;
    }

    private RespReadResult OpenAttributes(ReadOnlySpan<byte> text)
    {
        if (_attributes is not null) throw Broken("attributes of attributes");
        int items = Items(pairs: true, text);
        if (items > 0) Push(new Frame(RespKind.Map, items, null) { IsAttributes = true });
        return RespReadResult.NeedMore;
    }

    private RespReadResult CloseStreamed()
    {
        if (_open.Count == 0 || _open[^1].ItemsLeft != Frame.Streamed || _attributes is not null)
        {
            throw Broken("end of no aggregate");
        }

        if (_open[^1].Kind == RespKind.Map && _open[^1].Items.Count % 2 != 0)
        {
            throw Broken("key without value");
        }

        return Complete(Pop());
    }

    private int Items(bool pairs, ReadOnlySpan<byte> text)
    {
        int most = pairs ? _limits.ItemCountMax / 2 : _limits.ItemCountMax;
        int count = Count(text, most, "invalid aggregate length");
        return pairs ? count * 2 : count;
    }

    private static int Count(ReadOnlySpan<byte> text, int most, string message) =>
        RespNumbers.TryParse(text, out long value) && value >= 0 && value <= most
            ? (int)value
            : throw Broken(message);

    private void Push(Frame frame)
    {
        if (_open.Count >= _limits.DepthMax) throw Broken("nested too deeply");
        _open.Add(frame);
    }

    private RespValue Pop()
    {
        Frame frame = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        _attributes = frame.Attributes;
        return RespValue.Aggregate(frame.Kind, [.. frame.Items]);
    }

    private RespValue[]? TakeAttributes()
    {
        RespValue[]? attributes = _attributes;
        _attributes = null;
        return attributes;
    }

    /// <summary>Puts a complete value where it belongs, which may complete others.</summary>
    private RespReadResult Complete(RespValue value)
    {
        while (true)
        {
            if (TakeAttributes() is { } attributes) value = value.With(attributes);
            if (_open.Count == 0)
            {
                Value = value;
                return RespReadResult.Value;
            }

            Frame frame = _open[^1];
            if (frame.Items.Count >= _limits.ItemCountMax) throw Broken("too many elements");
            frame.Items.Add(value);
            if (frame.ItemsLeft == Frame.Streamed) return RespReadResult.NeedMore;
            if (--frame.ItemsLeft > 0) return RespReadResult.NeedMore;
            if (frame.IsAttributes)
            {
                _open.RemoveAt(_open.Count - 1);
                _attributes = [.. frame.Items];
                return RespReadResult.NeedMore;
            }

            value = Pop();
        }
    }
}
