using System.Collections.Generic;

namespace Rotom.Resp;

public partial class RespWriter
{
    /// <summary>
    /// Writes a value that was read or made elsewhere, in this writer's version. Attributes are
    /// left out.
    /// </summary>
    public void Value(RespValue value)
    {
        // A stack of our own: whoever made the value chose its depth.
        Stack<RespValue> rest = new();
        rest.Push(value);
        while (rest.TryPop(out RespValue? next))
        {
            if (!IsAggregate(next.Kind))
            {
                Scalar(next);
                continue;
            }

            IReadOnlyList<RespValue> items = next.Items;
            Header(next.Kind, items.Count);
            for (int i = items.Count - 1; i >= 0; i--) rest.Push(items[i]);
        }
    }

    private static bool IsAggregate(RespKind kind) =>
        kind is RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push;

    private void Header(RespKind kind, int items)
    {
        if (kind == RespKind.Map) MapHeader(items / 2);
        else if (kind == RespKind.Set) SetHeader(items);
        else if (kind == RespKind.Push) PushHeader(items);
        else ArrayHeader(items);
    }

    private void Scalar(RespValue value)
    {
        switch (value.Kind)
        {
            case RespKind.Null:
                Null();
                break;
            case RespKind.SimpleString:
                Simple(value.Bytes.Span);
                break;
            case RespKind.Error:
                Error(value.Bytes.Span);
                break;
            case RespKind.Integer:
                Integer(value.AsInteger());
                break;
            case RespKind.Double:
                Double(value.AsDouble());
                break;
            case RespKind.Boolean:
                Boolean(value.AsBoolean());
                break;
            case RespKind.BigNumber:
                BigNumber(value.Bytes.Span);
                break;
            case RespKind.VerbatimString:
                Verbatim(System.Text.Encoding.ASCII.GetBytes(value.Format), value.Bytes.Span);
                break;
            default:
                Bulk(value.Bytes.Span);
                break;
        }
    }
}
