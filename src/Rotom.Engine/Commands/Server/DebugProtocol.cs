using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>DEBUG PROTOCOL: one reply of each type, by which clients test their readers.</summary>
internal static class DebugProtocol
{
    private const string Names =
        "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false";

    internal static void Reply(ref CommandContext c)
    {
        ReplyBatch reply = c.Reply;
        if (c.Is(2, "STRING"u8)) reply.Bulk("Hello World"u8);
        else if (c.Is(2, "INTEGER"u8)) reply.Integer(12345);
        else if (c.Is(2, "DOUBLE"u8)) reply.Double(3.141);
        else if (c.Is(2, "BIGNUM"u8)) reply.BigNumber("1234567999999999999999999999999999999"u8);
        else if (c.Is(2, "NULL"u8)) reply.Null();
        else if (c.Is(2, "VERBATIM"u8)) reply.Verbatim("txt"u8, "This is a verbatim\nstring"u8);
        else if (c.Is(2, "TRUE"u8)) reply.Boolean(true);
        else if (c.Is(2, "FALSE"u8)) reply.Boolean(false);
        else if (c.Is(2, "ARRAY"u8)) Numbers(reply, '*');
        else if (c.Is(2, "SET"u8)) Numbers(reply, '~');
        else if (c.Is(2, "MAP"u8)) Map(reply);
        else if (c.Is(2, "ATTRIB"u8)) Attributed(reply);
        else if (c.Is(2, "PUSH"u8) && c.Client.Resp3) Pushed(reply);
        else if (c.Is(2, "PUSH"u8)) c.Error("ERR RESP2 is not supported by this command"u8);
        else
        {
            c.Error(
                "ERR Wrong protocol type name. Please use one of the following: " + Names);
        }
    }

    private static void Numbers(ReplyBatch reply, char kind)
    {
        reply.Aggregate(kind, 3);
        for (int i = 0; i < 3; i++) reply.Integer(i);
    }

    private static void Map(ReplyBatch reply)
    {
        reply.MapHeader(3);
        for (int i = 0; i < 3; i++)
        {
            reply.Integer(i);
            reply.Boolean(i == 1);
        }
    }

    private static void Attributed(ReplyBatch reply)
    {
        if (reply.AttributeHeader(1))
        {
            reply.Bulk("key-popularity"u8);
            reply.ArrayHeader(2);
            reply.Bulk("key:123"u8);
            reply.Integer(90);
        }

        reply.Bulk("Some real reply following the attribute"u8);
    }

    private static void Pushed(ReplyBatch reply)
    {
        reply.PushHeader(2);
        reply.Bulk("server-cpu-usage"u8);
        reply.Integer(42);
        reply.Bulk("Some real reply following the push reply"u8);
    }
}
