using System.Collections.Generic;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Tests.Support;

/// <summary>A keyspace event that the host of the engine was fed.</summary>
internal sealed record FedEvent(
    NotifyClass Class, int Database, string Name, string Key, OldValue? Old);

/// <summary>The host of an engine, who hears its events and wants old values.</summary>
internal sealed class FeedEar : IOldValueLimits
{
    private const int Loop = 1;

    private readonly ReplyBatch _output = new();
    private readonly RespReader _reader = new();

    internal FeedEar(RotomEngine engine, NotifyClass classes)
    {
        engine.SetOutput(Loop, _output);
        engine.FeedEvents(new ClientLink(-1, Loop, "ear", "", -1, false), classes, this);
    }

    /// <summary>What is wanted of every key.</summary>
    internal OldValueLimit Limit { get; set; } = OldValueLimit.Default;

    /// <summary>The one key of which something is wanted; null: any.</summary>
    internal string? Only { get; set; }

    /// <summary>How often it was asked.</summary>
    internal int Asked { get; private set; }

    public OldValueLimit LimitOf(
        NotifyClass notifyClass, int database, System.ReadOnlySpan<byte> key)
    {
        Asked++;
        return Only is null || Encoding.UTF8.GetString(key) == Only ? Limit : OldValueLimit.None;
    }

    /// <summary>What was fed since the last time.</summary>
    internal List<FedEvent> Heard()
    {
        List<FedEvent> heard = [];
        _output.Finish();
        foreach (ref readonly ReplySegment segment in _output.Segments)
        {
            System.ReadOnlySpan<byte> bytes = _output.Bytes(in segment);
            while (!bytes.IsEmpty)
            {
                RespReadResult result = _reader.Read(bytes, out int consumed);
                bytes = bytes[consumed..];
                if (result != RespReadResult.Value) continue;
                IReadOnlyList<RespValue> items = _reader.Value.Items;
                heard.Add(new FedEvent(
                    (NotifyClass)items[0].AsInteger(),
                    (int)items[1].AsInteger(),
                    items[2].AsString()!,
                    items[3].AsString()!,
                    OldValue.Of(_reader.Value)));
            }
        }

        _output.Reset();
        return heard;
    }
}
