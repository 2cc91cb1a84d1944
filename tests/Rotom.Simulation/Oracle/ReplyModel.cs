using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Simulation.Oracle;

/// <summary>Builds what a client is to hear as the answer to one command.</summary>
internal sealed class ReplyModel(bool resp3, string what)
{
    private readonly List<Expectation> _parts = [];
    private readonly StringBuilder _bytes = new();

    /// <summary>What it answers, in words.</summary>
    internal string What => what;

    /// <summary>The protocol version; HELLO changes it for its own reply.</summary>
    internal bool Resp3 { get; set; } = resp3;

    internal List<Expectation> Parts
    {
        get
        {
            Cut();
            return _parts;
        }
    }

    internal void Raw(string bytes) => _bytes.Append(bytes);

    internal void Simple(string text) => Raw($"+{text}\r\n");

    internal void Ok() => Simple("OK");

    internal void Error(string text) => Raw($"-{text}\r\n");

    internal void Integer(long value) =>
        Raw(string.Create(CultureInfo.InvariantCulture, $":{value}\r\n"));

    internal void Bulk(string text)
    {
        Raw(string.Create(CultureInfo.InvariantCulture, $"${text.Length}\r\n"));
        Raw(text);
        Raw("\r\n");
    }

    internal void Null() => Raw(Resp3 ? "_\r\n" : "$-1\r\n");

    internal void NullArray() => Raw(Resp3 ? "_\r\n" : "*-1\r\n");

    internal void BulkOrNull(string? text)
    {
        if (text is null) Null();
        else Bulk(text);
    }

    internal void Array(int count) =>
        Raw(string.Create(CultureInfo.InvariantCulture, $"*{count}\r\n"));

    internal void Map(int pairs) => Raw(string.Create(
        CultureInfo.InvariantCulture, $"{(Resp3 ? '%' : '*')}{(Resp3 ? pairs : pairs * 2)}\r\n"));

    /// <summary>A score, which is an integer in this workload.</summary>
    internal void Double(long value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        if (Resp3) Raw($",{text}\r\n");
        else Bulk(text);
    }

    internal void Push(int count) =>
        Raw(string.Create(CultureInfo.InvariantCulture, $"{(Resp3 ? '>' : '*')}{count}\r\n"));

    /// <summary>Elements that are not known byte by byte.</summary>
    internal void Check(
        int elements, Func<List<RespNode>, string?> check, int atLeastBytes = 0)
    {
        Cut();
        _parts.Add(Expectation.Of(elements, what, atLeastBytes, check));
    }

    /// <summary>One element that is not known byte by byte.</summary>
    internal void Check(Func<RespNode, string?> check) => Check(1, nodes => check(nodes[0]));

    /// <summary>An integer between bounds.</summary>
    internal void Between(long low, long high)
    {
        if (low == high)
        {
            Integer(low);
            return;
        }

        Check(node => node.Type == ':'
            && long.TryParse(node.Text, CultureInfo.InvariantCulture, out long value)
            && value >= low && value <= high
                ? null
                : $"not an integer from {low} to {high}");
    }

    private void Cut()
    {
        if (_bytes.Length == 0) return;
        _parts.Add(Expectation.Bytes(Encoding.Latin1.GetBytes(_bytes.ToString()), what));
        _bytes.Clear();
    }
}
