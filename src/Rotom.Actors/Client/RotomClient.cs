using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Client;

/// <summary>A client of a server in the same process; made by RotomServer.</summary>
internal sealed partial class RotomClient : IRotomClient
{
    private readonly ConcurrentQueue<AwaitedCall> _pool = new();
    private readonly ConcurrentDictionary<Type, object> _pools = new();
    private readonly CallConnection _connection;
    private readonly LocalPort _port;

    internal RotomClient(LocalPort port, int database = 0, string? user = null)
    {
        _port = port;
        _connection = new CallConnection(port) { Database = database, User = user };
        port.Open(_connection);
    }

    public long Id => _connection.Link.Id;

    public ValueTask<RespValue> ExecuteAsync(params ReadOnlySpan<RespArgument> words)
    {
        CheckWords(words);
        return Send<RespValue>(words);
    }

    public ValueTask<RespValue> ExecuteAsync(
        ReadOnlySpan<RespArgument> words, CancellationToken cancellation)
    {
        if (!cancellation.CanBeCanceled) return ExecuteAsync(words);
        CheckWords(words);
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RespValue>(cancellation);
        }

        CancellableCall call = new(cancellation);
        Send(words, call);
        return call.Task();
    }

    public ValueTask<T> ExecuteAsync<T>(
        ReadOnlySpan<RespArgument> words, Func<RespValue, T> result,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (cancellation.CanBeCanceled)
        {
            return Typed.Make(ExecuteAsync(words, cancellation), result);
        }

        CheckWords(words);
        ConcurrentQueue<MadeCall<T>> pool = PoolOf<MadeCall<T>>();
        if (!pool.TryDequeue(out MadeCall<T>? call)) call = new MadeCall<T>(pool);
        // Before it is sent: it may be answered, awaited and rented again by then.
        short version = call.Begin(result);
        Send(words, call);
        return new ValueTask<T>(call, version);
    }

    public ValueTask<RespValue> TransactionAsync(IReadOnlyList<RedisCommand> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        foreach (RedisCommand command in commands) CheckWords(command.Words);
        AwaitedCall call = Rent();
        short version = call.Version;
        SendTransaction(commands, call);
        return new ValueTask<RespValue>(call, version);
    }

    public ValueTask<RotomSubscription> SubscribeAsync(string channel) =>
        RotomSubscription.OpenAsync(_port, _connection, "", channel);

    public ValueTask<RotomSubscription> SubscribePatternAsync(string pattern) =>
        RotomSubscription.OpenAsync(_port, _connection, "P", pattern);

    public ValueTask<RotomSubscription> SubscribeShardAsync(string channel) =>
        RotomSubscription.OpenAsync(_port, _connection, "S", channel);

    public ValueTask DisposeAsync()
    {
        _port.Leave(_connection);
        return ValueTask.CompletedTask;
    }

    // Commands without exactly one reply would take another's: they are not for values.
    private static void CheckWords(ReadOnlySpan<RespArgument> words)
    {
        if (words.IsEmpty) throw new ArgumentException("A command has a name.", nameof(words));
        foreach (ref readonly RespArgument word in words)
        {
            if (word.IsStream)
            {
                throw new ArgumentException("Streams are not taken here.", nameof(words));
            }
        }

        if (IsUnfit(words))
        {
            throw new ArgumentException(
                "SUBSCRIBE and its like, MONITOR, CLIENT REPLY, HELLO and RESET need "
                + "SubscribeAsync or ConnectStream.",
                nameof(words));
        }
    }

    private static bool IsUnfit(ReadOnlySpan<RespArgument> words)
    {
        ReadOnlySpan<byte> name = words[0].Bytes.Span;
        return (name.Length >= 9 && name.Length <= 12 && EndsWithSubscribe(name))
            || Is(name, "MONITOR"u8) || Is(name, "HELLO"u8) || Is(name, "RESET"u8)
            || (Is(name, "CLIENT"u8) && words.Length > 1
                && Is(words[1].Bytes.Span, "REPLY"u8));
    }

    private static bool EndsWithSubscribe(ReadOnlySpan<byte> name) =>
        Is(name[^9..], "SUBSCRIBE"u8);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> upper) =>
        System.Text.Ascii.EqualsIgnoreCase(name, upper);

    private AwaitedCall Rent() =>
        _pool.TryDequeue(out AwaitedCall? call) ? call : new AwaitedCall(_pool);

    private ConcurrentQueue<TCall> PoolOf<TCall>() => (ConcurrentQueue<TCall>)_pools.GetOrAdd(
        typeof(TCall), static _ => new ConcurrentQueue<TCall>());

    private ValueTask<T> Read<TState, T>(
        ReadOnlySpan<RespArgument> words, TState state, ValueReader<TState, T> read, T missing)
    {
        ArgumentNullException.ThrowIfNull(read);
        ConcurrentQueue<ReadCall<TState, T>> pool = PoolOf<ReadCall<TState, T>>();
        if (!pool.TryDequeue(out ReadCall<TState, T>? call)) call = new ReadCall<TState, T>(pool);
        short version = call.Begin(state, read, missing);
        CommandExtra extra = new(0, call, version, null);
        Send(words, call, extra);
        return new ValueTask<T>(call, version);
    }

    private ValueTask<T> Send<T>(params ReadOnlySpan<RespArgument> words)
    {
        AwaitedCall call = Rent();
        // Before it is sent: it may be answered, awaited and rented again by then.
        short version = call.Version;
        Send(words, call);
        return new ValueTask<T>((IValueTaskSource<T>)(object)call, version);
    }

    private void Send(
        ReadOnlySpan<RespArgument> words, PendingCall call, CommandExtra extra = default)
    {
        if (RotomActivities.AnyoneListens) SendTraced(words, call, extra);
        else _port.Send(_connection, words, call, in extra);
    }

    private void SendTraced(
        ReadOnlySpan<RespArgument> words, PendingCall call, CommandExtra extra)
    {
        PendingCall traced =
            _port.Activities.Traced(words[0], _connection.Database, call, out Activity? parent);
        try
        {
            _port.Send(_connection, words, traced, extra with { Tag = parent });
        }
        catch (Exception refused)
        {
            // Whoever calls hears of it by the exception; the call goes to nobody.
            traced.Fail(refused);
            throw;
        }
    }

    private void SendTransaction(IReadOnlyList<RedisCommand> commands, PendingCall call)
    {
        Activity? parent = null;
        if (RotomActivities.AnyoneListens)
        {
            call = _port.Activities.Traced("EXEC", _connection.Database, call, out parent);
        }

        _port.SendTransaction(_connection, commands, call, parent);
    }
}
