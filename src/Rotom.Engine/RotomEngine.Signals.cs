using System;
using System.Collections.Generic;
using System.Globalization;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// What a command tells the rest of the world: modified keys, events, pushes, errors.
public sealed partial class RotomEngine
{
    private readonly RespWriter _ownPushes = new(256);

    /// <summary>What is left to do after the command: bits of <see cref="After"/>.</summary>
    private After _afterCommand;

    /// <summary>Where the reply began that CLIENT REPLY keeps from the client.</summary>
    private ReplyBatch.Mark _silentFrom;

    [Flags]
    private enum After
    {
        None = 0,
        OwnPushes = 1 << 0,
        SilentReply = 1 << 1,
        ReadyKeys = 1 << 2,
        Limits = 1 << 3,
    }

    private readonly RespWriter _errorDraft = new(512);

    /// <summary>The text of the error that was drafted, without <c>-</c> and line end.</summary>
    internal ReadOnlySpan<byte> DraftedError => _errorDraft.Written[1..^2];

    /// <summary>
    /// Where to write an error that is composed, before it is counted and answered.
    /// </summary>
    internal RespWriter DraftError()
    {
        _errorDraft.Clear();
        return _errorDraft;
    }

    /// <summary>Counts an error reply by its code.</summary>
    internal void CountError(ReadOnlySpan<byte> text) => Stats.CountError(text);

    /// <summary>
    /// A key's value changed, or it is gone: watchers and client-side caches hear of it.
    /// </summary>
    internal void SignalModifiedKey(Database database, ReadOnlySpan<byte> key, Client? by)
    {
        if (_watchers != 0) TouchWatchers(database, key);
        CacheTracker?.Invalidate(database, key, by);
    }

    /// <summary>
    /// Publishes a keyspace event to those whom the setting lets hear it, for the host with the
    /// value that was captured for it.
    /// </summary>
    internal void Notify(
        NotifyClass notifyClass,
        ReadOnlySpan<byte> eventName,
        ReadOnlySpan<byte> key,
        Database database,
        bool withOldValue = false)
    {
        if ((_feedClasses & notifyClass) != 0 && (!IsLoading || FeedsWhileLoading))
        {
            FeedEvent(notifyClass, eventName, key, database, withOldValue);
        }

        NotifyClass wanted = Config.NotifyKeyspaceEvents;
        if ((wanted & notifyClass) == 0 || IsLoading) return;
        if ((wanted & NotifyClass.Keyspace) != 0)
        {
            PublishEvent("__keyspace@"u8, database.Index, key, eventName);
        }

        if ((wanted & NotifyClass.Keyevent) != 0)
        {
            PublishEvent("__keyevent@"u8, database.Index, eventName, key);
        }
    }

    /// <summary>
    /// Sends a message to all who listen to a channel; how many they are. As in Redis a client that
    /// is about to be closed counts, but hears nothing behind its last reply.
    /// </summary>
    internal long Publish(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        long receivers = 0;
        List<Client>? subscribers = PubSub.Subscribers(channel);
        if (subscribers is not null)
        {
            foreach (Client client in subscribers)
            {
                receivers++;
                if (!Hears(client)) continue;
                RespWriter push = BeginPush(client, 3);
                push.Bulk("message"u8);
                push.Bulk(channel);
                push.Bulk(message);
            }
        }

        foreach ((Sds pattern, List<Client> clients) in PubSub.Patterns)
        {
            if (!Glob.Matches(pattern.Span, channel)) continue;
            foreach (Client client in clients)
            {
                receivers++;
                if (!Hears(client)) continue;
                RespWriter push = BeginPush(client, 4);
                push.Bulk("pmessage"u8);
                push.Bulk(pattern.Span);
                push.Bulk(channel);
                push.Bulk(message);
            }
        }

        EndPush();
        return receivers;
    }

    /// <summary>Sends a message to all who listen to a shard channel; how many they are.</summary>
    internal long PublishShard(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        if (PubSub.ShardSubscribers(channel) is not { } subscribers) return 0;
        foreach (Client client in subscribers)
        {
            if (!Hears(client)) continue;
            RespWriter push = BeginPush(client, 3);
            push.Bulk("smessage"u8);
            push.Bulk(channel);
            push.Bulk(message);
        }

        EndPush();
        return subscribers.Count;
    }

    /// <summary>
    /// Opens a push of so many elements to a client. To the client whose command is being executed
    /// it goes behind the reply, whole, so that reply and push never mix.
    /// </summary>
    internal RespWriter BeginPush(Client client, int elements)
    {
        RespWriter to;
        if (ReferenceEquals(client, _executing))
        {
            _afterCommand |= After.OwnPushes;
            _ownPushes.Resp3 = client.Resp3;
            to = _ownPushes;
        }
        else
        {
            to = BeginReply(client);
        }

        to.Aggregate('>', elements);
        return to;
    }

    /// <summary>
    /// Back to the client whose command is being executed: a handler that holds on to its reply
    /// must not write into another client's.
    /// </summary>
    internal void EndPush()
    {
        if (_executing is not null) BeginReply(_executing);
    }

    private void PublishEvent(
        ReadOnlySpan<byte> prefix, int database, ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> message)
    {
        if (PubSub.IsEmpty) return;
        Span<byte> number = stackalloc byte[12];
        database.TryFormat(number, out int digits, default, CultureInfo.InvariantCulture);
        int length = prefix.Length + digits + 3 + name.Length;
        byte[]? rented = null;
        Span<byte> channel = length <= 256
            ? stackalloc byte[length]
            : (rented = System.Buffers.ArrayPool<byte>.Shared.Rent(length)).AsSpan(0, length);
        prefix.CopyTo(channel);
        number[..digits].CopyTo(channel[prefix.Length..]);
        "__:"u8.CopyTo(channel[(prefix.Length + digits)..]);
        name.CopyTo(channel[(prefix.Length + digits + 3)..]);
        Publish(channel, message);
        if (rented is not null) System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>CLIENT REPLY OFF or SKIP: what the command answered is not sent.</summary>
    private void TakeBackReply(Client client, ReplyBatch reply)
    {
        if (!client.Has(ClientGate.ReplyOff | ClientGate.ReplySkip)) return;
        reply.Rollback(client.Link, _silentFrom);
        client.Set(ClientGate.ReplySkip, false);
    }

    /// <summary>
    /// What the command has answered so far is sent, whatever CLIENT REPLY says: confirmations of
    /// subscriptions are pushes, in both protocol versions.
    /// </summary>
    internal void KeepReply(ReplyBatch reply)
    {
        if ((_afterCommand & After.SilentReply) != 0) _silentFrom = reply.Here();
    }

    private void AfterCommand(Client client, ReplyBatch reply)
    {
        _answered = true;
        if ((_afterCommand & After.SilentReply) != 0) TakeBackReply(client, reply);
        if ((_afterCommand & After.Limits) != 0) HoldLimits();
        SendOwnPushes(client, reply);
        if ((_afterCommand & After.ReadyKeys) != 0) BlockedKeys.Serve();
        _afterCommand = After.None;
        _answered = false;
    }

    /// <summary>What was pushed to a client while its command ran, behind the reply.</summary>
    private void SendOwnPushes(Client client, ReplyBatch reply)
    {
        if ((_afterCommand & After.OwnPushes) == 0) return;
        _afterCommand &= ~After.OwnPushes;
        if (!client.Has(ClientGate.Closing))
        {
            reply.Begin(client.Link, client.Resp3);
            reply.Raw(_ownPushes.Written);
        }

        _ownPushes.Clear();
    }
}
