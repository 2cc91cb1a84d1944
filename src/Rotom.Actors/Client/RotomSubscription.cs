using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// RotomSubscription: one channel or pattern, on a client of its own, so that it ends with it. It
// holds messages until they are read; who falls too far behind is closed, and hears so, as Redis
// closes a subscriber that does not read.

/// <summary>A message of a channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Message">What was published.</param>
public readonly record struct RotomMessage(string Channel, byte[] Message)
{
    /// <summary>The message as text.</summary>
    public string Text => Encoding.UTF8.GetString(Message);
}

/// <summary>What comes in on a channel or a pattern; read it by <c>await foreach</c>.</summary>
public sealed class RotomSubscription : IAsyncEnumerable<RotomMessage>, IAsyncDisposable
{
    /// <summary>Messages that may wait to be read.</summary>
    public const int WaitingMax = 1 << 16;

    private readonly Channel<RotomMessage> _messages = Channel.CreateBounded<RotomMessage>(
        new BoundedChannelOptions(WaitingMax) { SingleWriter = true });

    private readonly CallConnection _connection;
    private readonly LocalPort _port;
    private readonly string _command;

    private RotomSubscription(LocalPort port, CallConnection like, string prefix)
    {
        _port = port;
        _command = prefix;
        _connection = new CallConnection(port)
        {
            User = like.User,
            OnPush = OnPush,
            OnEnd = why => _messages.Writer.TryComplete(why),
        };
    }

    /// <inheritdoc/>
    public IAsyncEnumerator<RotomMessage> GetAsyncEnumerator(
        CancellationToken cancellationToken = default) =>
        _messages.Reader.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>The next message.</summary>
    /// <exception cref="ChannelClosedException">There will be none.</exception>
    public ValueTask<RotomMessage> ReadAsync(CancellationToken cancellation = default) =>
        _messages.Reader.ReadAsync(cancellation);

    /// <summary>Ends it.</summary>
    public ValueTask DisposeAsync()
    {
        try
        {
            // In its place among the commands; the client itself goes at the end of the turn.
            _port.Send(_connection, [_command + "UNSUBSCRIBE"], IgnoredCall.Instance);
        }
        catch (RespConnectionException)
        {
            // It has ended already.
        }

        _port.Leave(_connection);
        _messages.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    // The prefix makes the command: none, P for patterns, S for shard channels.
    internal static async ValueTask<RotomSubscription> OpenAsync(
        LocalPort port, CallConnection like, string prefix, string what)
    {
        ArgumentNullException.ThrowIfNull(what);
        RotomSubscription subscription = new(port, like, prefix);
        port.Open(subscription._connection);
        CancellableCall call = new(CancellationToken.None);
        port.Send(
            subscription._connection, [subscription._command + "SUBSCRIBE", what], call);
        try
        {
            await call.Task().ConfigureAwait(false);
            return subscription;
        }
        catch (RespErrorException)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The last two items of message, pmessage and smessage are channel and message.
    private void OnPush(RespValue push)
    {
        IReadOnlyList<RespValue> items = push.Items;
        if (items.Count < 3) return;
        RotomMessage message = new(items[^2].AsString()!, items[^1].Bytes.ToArray());
        if (_messages.Writer.TryWrite(message)) return;
        if (_messages.Writer.TryComplete(new RespConnectionException(
            $"more than {WaitingMax} messages were left unread", null)))
        {
            _port.Leave(_connection);
        }
    }
}
