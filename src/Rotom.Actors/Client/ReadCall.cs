using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Client;

// ReadCall: a GET or HGET whose caller sees the value where it lies. The engine shows it in the
// turn (RotomEngine.Reading.cs); the result is the caller's when the reply has left the turn, as
// with every command: nobody sees a value before what made it is kept, if replies wait for that.
// Where the engine shows nothing the reply has the value, and the function sees that, in the same
// thread.
//
// A call that failed goes back to the pool while the batch with its command may still be under way:
// its ticket, the version of its task, is not the next one's.

/// <summary>Makes a result of a value that lies in the keyspace.</summary>
/// <remarks>
/// It runs on the keyspace's thread, in the middle of its turn: every client waits for it. So it is
/// short, waits for nothing (no lock that is held for long, no <c>Result</c> of a task: the
/// keyspace cannot serve it), and keeps nothing of the value, which is gone when it returns. An
/// exception of it is thrown where the call is awaited, and nowhere else.
/// </remarks>
/// <param name="value">The value; valid during the call only.</param>
/// <param name="state">What was given with the call.</param>
public delegate T ValueReader<in TState, out T>(ReadOnlySpan<byte> value, TState state);

/// <summary>A command whose value is shown to a function; awaited once, then used again.</summary>
internal sealed class ReadCall<TState, T>(ConcurrentQueue<ReadCall<TState, T>> pool)
    : SourceCall<T>, IValueReader, IValueTaskSource<T>
{
    private ValueReader<TState, T>? _read;
    private TState _state = default!;
    private T _result = default!;
    private Exception? _fault;
    private bool _shown;

    internal override bool WasShown => _shown;

    public T GetResult(short token) => Take(token);

    public void Read(ReadOnlySpan<byte> value, short ticket)
    {
        if (ticket == Version && _read is { } read) Show(value, read);
    }

    /// <summary>Before it is sent; the version of its task, which is its ticket.</summary>
    internal short Begin(TState state, ValueReader<TState, T> read, T missing)
    {
        _state = state;
        _read = read;
        _result = missing;
        return Version;
    }

    internal override void CompleteShown()
    {
        if (_fault is not null) Fail(_fault);
        else Succeed(_result);
    }

    internal override void Prepare(RespValue value)
    {
        if (_shown || value.IsError || value.IsNull) return;
        if (value.Kind == RespKind.BulkString) Show(value.Bytes.Span, _read!);
        else _fault = Reply.Other(value, "bytes");
    }

    internal override void Complete(RespValue value)
    {
        if (value.IsError)
        {
            Fail(new RespErrorException(value.AsString()!));
            return;
        }

        if (_fault is null) Prepare(value);
        CompleteShown();
    }

    protected override void GoBack()
    {
        _read = null;
        _state = default!;
        _result = default!;
        _fault = null;
        _shown = false;
        if (pool.Count < PoolMax) pool.Enqueue(this);
    }

    private void Show(ReadOnlySpan<byte> value, ValueReader<TState, T> read)
    {
        _shown = true;
        try
        {
            _result = read(value, _state);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The caller's own: he hears of it where he awaits the call, and nobody else does.
            _fault = fault;
        }
    }
}

/// <summary>Reads values for clients that cannot be shown any.</summary>
internal static class ValueReading
{
    /// <summary>The function's result of a reply.</summary>
    internal static async ValueTask<T> OfReply<TState, T>(
        ValueTask<RespValue> reply, TState state, ValueReader<TState, T> read, T missing)
    {
        ArgumentNullException.ThrowIfNull(read);
        RespValue value = await reply.ConfigureAwait(false);
        return Reply.BytesOrNull(value) is { } bytes ? read(bytes, state) : missing;
    }
}
