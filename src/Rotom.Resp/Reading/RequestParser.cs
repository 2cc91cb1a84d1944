using System;
using Rotom.Resp.Batch;

namespace Rotom.Resp;

// RequestParser: requests as clients send them, multibulk and inline, into a CommandBatch.
//
// The scanner takes the common case; this parser takes what the scanner refuses, one command at a
// time, and keeps in a RequestParserState how far it got. What it answers depends on the bytes
// alone, never on how they were cut into packets: lines longer than the limit are refused even when
// their end has come.
//
// Errors carry Redis' texts, and the parser never tries to find its way again after one: the
// connection is to be closed. Two things are stricter than in Redis 7.0, which skips two bytes
// without looking: a bulk string must be followed by CR LF, and a CR in a header line by LF.
//
// Limits before authentication are judged only for the first command of a read: in
// "AUTH secret, SET <20 KB>" sent as one packet the second is judged after the first has run.

/// <summary>How a call to <see cref="RequestParser.Parse"/> ended.</summary>
public enum ParseStatus
{
    /// <summary>All complete commands are in the batch.</summary>
    NeedMore,

    /// <summary>
    /// The next command breaks a limit for unknown clients, but a command before it may be the AUTH
    /// that lifts it: parse again from there once the batch has been executed.
    /// </summary>
    Deferred,

    /// <summary>The input is broken; see <see cref="RequestParser.Error"/>.</summary>
    ProtocolError,
}

/// <summary>Parses requests in one buffer; made for each buffer, costs nothing.</summary>
public ref struct RequestParser
{
    private readonly CommandBatch _batch;
    private readonly int _buffer;
    private readonly byte[] _bytes;
    private readonly RespLimits _limits;
    private readonly bool _authenticated;
    private readonly int _firstCommand;

    /// <summary>Makes a parser that adds to the open run of a batch.</summary>
    /// <param name="batch">The batch, with a run begun.</param>
    /// <param name="buffer">Number of the buffer in the batch.</param>
    /// <param name="bytes">
    /// The buffer, with <see cref="CommandBatch.Slack"/> bytes to spare.
    /// </param>
    /// <param name="limits">The server's limits.</param>
    /// <param name="authenticated">False while the limits for unknown clients apply.</param>
    public RequestParser(
        CommandBatch batch, int buffer, byte[] bytes, RespLimits limits, bool authenticated)
    {
        _batch = batch;
        _buffer = buffer;
        _bytes = bytes;
        _limits = limits;
        _authenticated = authenticated;
        _firstCommand = batch.CommandCount;
    }

    private enum Step
    {
        Complete,
        NeedMore,
        Deferred,
        Error,
    }

    /// <summary>Where the first byte lies that belongs to no complete command.</summary>
    public int Consumed { get; private set; }

    /// <summary>
    /// The error to answer before closing, without the leading <c>-</c>; one char a byte.
    /// </summary>
    public string? Error { get; private set; }

    /// <summary>
    /// Parses all complete commands between <paramref name="start"/>, where the command begins
    /// whose state is given, and <paramref name="end"/>. Inline commands are rewritten in place.
    /// </summary>
    public ParseStatus Parse(ref RequestParserState state, int start, int end)
    {
        int argsMax = _authenticated ? _limits.ArgCountMax : _limits.UnauthenticatedArgCountMax;
        int bulkMax = _limits.BulkBytesMax;
        if (!_authenticated) bulkMax = Math.Min(bulkMax, _limits.UnauthenticatedBulkBytesMax);
        Consumed = start;
        while (true)
        {
            if (state.IsFresh)
            {
                Consumed = RequestScanner.Scan(
                    _batch, _buffer, _bytes, Consumed, end, argsMax, bulkMax);
            }

            if (Consumed >= end) return ParseStatus.NeedMore;
            Step step = _bytes[Consumed] == '*'
                ? Multibulk(ref state, end)
                : Inline(ref state, end);
            switch (step)
            {
                case Step.NeedMore:
                    return ParseStatus.NeedMore;
                case Step.Deferred:
                    state.Reset();
                    return ParseStatus.Deferred;
                case Step.Error:
                    state.Reset();
                    return ParseStatus.ProtocolError;
            }

            Consumed += state.Next;
            state.Reset();
        }
    }

    private Step Inline(ref RequestParserState state, int end)
    {
        const string tooBig = "too big inline request";
        Step step = FindLine(ref state, end, (byte)'\n', tooBig, out int length);
        if (step != Step.Complete) return step;
        int line = Consumed;
        state.Next = length + 1;
        if (length > 0 && _bytes[line + length - 1] == '\r') length--;
        int first = _batch.ArgCount;
        if (!InlineCommand.Split(_batch, _buffer, _bytes, line, length))
        {
            _batch.TruncateArgs(first);
            return Fail("unbalanced quotes in request");
        }

        if (_batch.ArgCount != first) _batch.EndCommand(first);
        return Step.Complete;
    }

    private Step Multibulk(ref RequestParserState state, int end)
    {
        if (state.ArgsLeft == 0)
        {
            Step step = ReadCount(ref state, end);
            if (step != Step.Complete || state.ArgsLeft == 0) return step;
        }

        while (state.ArgsLeft > 0)
        {
            if (!state.InBulk)
            {
                Step step = ReadBulkHeader(ref state, end);
                if (step != Step.Complete) return step;
            }

            int at = Consumed + state.Next;
            int length = state.BulkLength;
            if (end - at - 2 < length) return Step.NeedMore;
            if (_bytes[at + length] != '\r' || _bytes[at + length + 1] != '\n')
            {
                return Fail("expected CRLF after bulk string");
            }

            state.AddArg(state.Next, length);
            state.Next += length + 2;
            state.InBulk = false;
            state.ArgsLeft--;
        }

        state.MoveTo(_batch, _buffer, Consumed);
        return Step.Complete;
    }

    private Step ReadCount(ref RequestParserState state, int end)
    {
        const string tooBig = "too big mbulk count string";
        Step step = ReadNumber(ref state, end, tooBig, out long count, out bool valid);
        if (step != Step.Complete) return step;
        if (!valid || count > _limits.ArgCountMax) return Fail("invalid multibulk length");
        if (!_authenticated && count > _limits.UnauthenticatedArgCountMax)
        {
            return FailUnknownClient("unauthenticated multibulk length");
        }

        state.ArgsLeft = (int)Math.Max(count, 0);
        return Step.Complete;
    }

    private Step ReadBulkHeader(ref RequestParserState state, int end)
    {
        const string tooBig = "too big bulk count string";
        int at = Consumed + state.Next;
        Step step = ReadNumber(ref state, end, tooBig, out long length, out bool valid);
        if (step != Step.Complete) return step;
        if (_bytes[at] != '$') return Fail($"expected '$', got '{(char)_bytes[at]}'");
        if (!valid || length < 0 || length > _limits.BulkBytesMax)
        {
            return Fail("invalid bulk length");
        }

        if (!_authenticated && length > _limits.UnauthenticatedBulkBytesMax)
        {
            return FailUnknownClient("unauthenticated bulk length");
        }

        state.BulkLength = (int)length;
        state.InBulk = true;
        return Step.Complete;
    }

    /// <summary>Reads a header line: a type byte (not looked at), a number, CR LF.</summary>
    private Step ReadNumber(
        ref RequestParserState state, int end, string tooBig, out long number, out bool valid)
    {
        number = 0;
        valid = false;
        Step step = FindLine(ref state, end, (byte)'\r', tooBig, out int length);
        if (step != Step.Complete) return step;
        int at = Consumed + state.Next;
        if (at + length + 1 >= end)
        {
            state.Searched = length;
            return Step.NeedMore;
        }

        valid = _bytes[at + length + 1] == '\n'
            && length > 0
            && RespNumbers.TryParse(new ReadOnlySpan<byte>(_bytes, at + 1, length - 1), out number);
        state.Next += length + 2;
        return Step.Complete;
    }

    /// <summary>Finds the byte that ends the line at the state's position.</summary>
    private Step FindLine(
        ref RequestParserState state, int end, byte mark, string tooBig, out int length)
    {
        int at = Consumed + state.Next;
        int available = Math.Min(end - at, _limits.LineBytesMax + 1);
        int searched = state.Searched;
        length = new ReadOnlySpan<byte>(_bytes, at + searched, available - searched).IndexOf(mark);
        if (length >= 0)
        {
            length += searched;
            state.Searched = 0;
            return Step.Complete;
        }

        if (available > _limits.LineBytesMax) return Fail(tooBig);
        state.Searched = available;
        return Step.NeedMore;
    }

    private Step FailUnknownClient(string text) =>
        _batch.CommandCount > _firstCommand ? Step.Deferred : Fail(text);

    private Step Fail(string text)
    {
        Error = "ERR Protocol error: " + text;
        return Step.Error;
    }
}
