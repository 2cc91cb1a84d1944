using System;
using System.Collections.Generic;
using System.Text;

namespace Rotom.Simulation.Oracle;

// ReplyChecker: compares what arrives at a client with what it is to hear, as it arrives.
//
// How a connection ends is part of it: it may end only where an end is expected (after everything
// expected has come), or anywhere once the client was killed, since what is unsent is then dropped.

/// <summary>The stream of one client, against its expectations.</summary>
internal sealed class ReplyChecker(string name)
{
    private readonly Queue<(Expectation Part, Turn Turn, bool GoesOn)> _expected = new();
    private byte[] _heldPush = [];
    private byte[] _held = [];
    private int _matched;

    /// <summary>Hears of every turn of which a piece came, and when that was sent.</summary>
    internal Action<Turn, long>? Heard { get; init; }

    private long _sentNanos;

    /// <summary>Elements or pieces of replies that came as expected.</summary>
    internal long Checked { get; private set; }

    /// <summary>Bytes expected and not yet received, as far as they are known.</summary>
    internal long PendingBytes { get; private set; }

    internal bool IsSatisfied => IsAnswered && Invalidations.IsSettled;

    private bool IsAnswered =>
        _expected.Count == 0 && _held.Length == 0 && _heldPush.Length == 0;

    /// <summary>What it is to hear of keys that changed, wherever between replies.</summary>
    internal Invalidations Invalidations { get; init; } = new();

    internal bool ExpectsEnd { get; private set; }

    internal bool IsKilled { get; private set; }

    internal string NextExpected =>
        _expected.TryPeek(out (Expectation Part, Turn Turn, bool GoesOn) next) ? next.Part.What
            : Invalidations.Next;

    internal void Expect(List<Expectation> parts, Turn turn)
    {
        if (ExpectsEnd || IsKilled) return;
        foreach (Expectation part in parts)
        {
            _expected.Enqueue((part, turn, part != parts[0]));
            PendingBytes += part.AtLeastBytes;
        }
    }

    /// <summary>Nothing comes behind what is expected so far but the end.</summary>
    internal void ExpectEnd() => ExpectsEnd = true;

    /// <summary>The end may come anywhere from now on.</summary>
    internal void Kill() => IsKilled = true;

    /// <summary>Bytes come that the server sent at a time.</summary>
    internal void Receive(ReadOnlySpan<byte> bytes, long sentNanos = 0)
    {
        _sentNanos = sentNanos;
        while (!bytes.IsEmpty)
        {
            if (IsBetweenReplies && TakePush(ref bytes)) continue;
            if (!_expected.TryPeek(out (Expectation Part, Turn Turn, bool GoesOn) next))
            {
                throw Wrong("nothing", bytes, "bytes that nobody asked for");
            }

            if (next.Part.Check is null) bytes = Match(next.Part, bytes);
            else bytes = Examine(next.Part, bytes);
        }
    }

    /// <summary>The server closed the connection.</summary>
    internal void End(bool mayBeOverLimit)
    {
        if (IsKilled || mayBeOverLimit) return;
        if (!ExpectsEnd) throw new SimulationFailure($"{name}: closed without a reason");
        // Who is about to be closed hears of no keys any more: with its connection its cache ends.
        if (!IsAnswered) throw new SimulationFailure($"{name}: closed before '{NextExpected}'");
    }

    private bool IsBetweenReplies => _matched == 0 && _held.Length == 0
        && !(_expected.TryPeek(out (Expectation Part, Turn Turn, bool GoesOn) next)
            && next.GoesOn);

    // True when it was part of a message of changed keys. Else what was held back comes again.
    private bool TakePush(ref ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _heldPush, .. bytes];
        ReadOnlySpan<byte> head = ">2\r\n$10\r\ninvalidate\r\n"u8;
        int known = Math.Min(head.Length, all.Length);
        if (!all.AsSpan(0, known).SequenceEqual(head[..known]))
        {
            if (_heldPush.Length > 0) bytes = all;
            _heldPush = [];
            return false;
        }

        int at = 0;
        RespNode? message = known < head.Length ? null : RespNode.Read(all, ref at);
        if (message is null)
        {
            _heldPush = all;
            bytes = [];
            return true;
        }

        _heldPush = [];
        bytes = all.AsSpan(at);
        Checked++;
        if (Invalidations.Take(message) is { } wrong)
            throw Wrong("a change", all.AsSpan(0, at), wrong);
        return true;
    }

    private ReadOnlySpan<byte> Match(Expectation next, ReadOnlySpan<byte> bytes)
    {
        int n = Math.Min(bytes.Length, next.Exact.Length - _matched);
        if (!bytes[..n].SequenceEqual(next.Exact.AsSpan(_matched, n)))
        {
            throw Wrong(
                next.What, bytes, "expected " + Show(next.Exact.AsSpan(_matched)));
        }

        _matched += n;
        PendingBytes -= n;
        if (_matched == next.Exact.Length)
        {
            _matched = 0;
            Done();
        }

        return bytes[n..];
    }

    private ReadOnlySpan<byte> Examine(Expectation next, ReadOnlySpan<byte> bytes)
    {
        int before = _held.Length;
        byte[] all = [.. _held, .. bytes];
        int at = 0;
        List<RespNode> nodes = [];
        while (nodes.Count < next.Elements && at < all.Length)
        {
            if (RespNode.Read(all, ref at) is not { } node) break;
            nodes.Add(node);
        }

        if (nodes.Count < next.Elements)
        {
            _held = all;
            return [];
        }

        if (next.Check!(nodes) is { } wrong) throw Wrong(next.What, all.AsSpan(0, at), wrong);
        _held = [];
        PendingBytes -= next.AtLeastBytes;
        Done();
        return bytes[(at - before)..];
    }

    private void Done()
    {
        Turn turn = _expected.Dequeue().Turn;
        Heard?.Invoke(turn, _sentNanos);
        Checked++;
    }

    private SimulationFailure Wrong(string command, ReadOnlySpan<byte> got, string why) =>
        new($"{name}: after '{command}' got {Show(got)}, {why}");

    private static string Show(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("\"");
        foreach (byte b in bytes[..Math.Min(bytes.Length, 160)])
        {
            text.Append(b switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                >= 32 and < 127 => ((char)b).ToString(),
                _ => $"\\x{b:x2}",
            });
        }

        return text.Append(bytes.Length > 160 ? "\"..." : "\"").ToString();
    }
}

/// <summary>The server did what it must not.</summary>
internal sealed class SimulationFailure(string what, Exception? inner = null)
    : Exception(what, inner);
