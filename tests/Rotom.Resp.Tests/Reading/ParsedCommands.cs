using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Resp.Tests.Reading;

/// <summary>What came out of feeding bytes to a query buffer, packet by packet.</summary>
internal sealed class ParsedCommands
{
    private readonly ClientLink _link = new(1, 0, "127.0.0.1:1", "127.0.0.1:2", 3, false);
    private readonly CommandBatch _batch;

    public ParsedCommands(
        RespLimits? limits = null, bool authenticated = true, int inputCapacity = 1 << 18)
    {
        Buffer = new QueryBuffer(limits ?? new RespLimits()) { Authenticated = authenticated };
        _batch = new CommandBatch(inputCapacity);
    }

    /// <summary>
    /// Uses a batch that others used before: what they left in it must not matter.
    /// </summary>
    public ParsedCommands(CommandBatch batch, bool authenticated)
    {
        Buffer = new QueryBuffer(new RespLimits()) { Authenticated = authenticated };
        _batch = batch;
    }

    public QueryBuffer Buffer { get; }

    public ClientLink Link => _link;

    public List<string[]> Commands { get; } = [];

    public string? Error { get; private set; }

    public QueryResult Result { get; private set; } = QueryResult.Ok;

    /// <summary>Feeds one packet; each call is a turn with a batch of its own.</summary>
    public void Feed(ReadOnlySpan<byte> packet)
    {
        while (!packet.IsEmpty && Result is QueryResult.Ok or QueryResult.Deferred)
        {
            if (Result == QueryResult.Deferred) Parse();
            if (Result != QueryResult.Ok) continue;
            ArraySegment<byte> to = Buffer.ReceiveInto(_batch);
            if (to.Count == 0) throw new InvalidOperationException("nowhere to receive");
            int n = Math.Min(to.Count, packet.Length);
            packet[..n].CopyTo(to);
            // What lies behind is garbage of earlier turns: it must never be looked at.
            "*1\r\n$4\r\nEVIL\r\n"u8[..Math.Min(14, to.Count - n)].CopyTo(to.AsSpan(n));
            packet = packet[n..];
            Result = Buffer.ParseReceived(_batch, _link, n);
            Collect();
        }

        while (Result == QueryResult.Deferred) Parse();
    }

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (string[] command in Commands) text.AppendLine(string.Join('|', command));
        return text.Append(Error).Append(' ').Append(Result).ToString();
    }

    private void Parse()
    {
        Result = Buffer.ParseBuffered(_batch, _link);
        Collect();
    }

    private void Collect()
    {
        foreach (CommandRun run in _batch.Runs)
        {
            Error ??= run.ProtocolError;
            int count = run.CommandCount;
            foreach (CommandRef command in _batch.Commands.Slice(run.FirstCommand, count))
            {
                string[] args = new string[command.ArgCount];
                for (int i = 0; i < args.Length; i++)
                {
                    ArgRef arg = _batch.Args[command.FirstArg + i];
                    args[i] = Encoding.Latin1.GetString(_batch.Bytes(arg));
                }

                Commands.Add(args);
            }
        }

        _batch.Reset();
    }
}
