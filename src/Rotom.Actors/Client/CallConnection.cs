using System;
using System.Collections.Concurrent;
using Rotom.Engine;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// CallConnection: a client that sends commands as words and wants values. It speaks RESP3, so that
// what answers nothing (a message, an invalidation) is marked as such; only the confirmations of
// subscriptions are pushes that answer a command.

/// <summary>A client whose replies become values.</summary>
internal sealed class CallConnection(LocalPort port) : LocalConnection(port, "local")
{
    private readonly RespReader _reader = new(new RespReaderLimits
    {
        ReplyBytesMax = long.MaxValue,
    });

    private bool _broken;

    /// <summary>Commands whose replies have not come, in order.</summary>
    internal ConcurrentQueue<PendingCall> Pending { get; } = new();

    /// <summary>Hears of pushes, in the keyspace's thread.</summary>
    internal Action<RespValue>? OnPush { get; init; }

    /// <summary>Hears of the end, once.</summary>
    internal Action<Exception>? OnEnd { get; init; }

    internal override void Receive(ReadOnlySpan<byte> resp)
    {
        if (_broken) return;
        try
        {
            while (!resp.IsEmpty)
            {
                if (_reader.IsIdle && resp.StartsWith(RotomEngine.ShownReply))
                {
                    DeliverShown();
                    resp = resp[RotomEngine.ShownReply.Length..];
                    continue;
                }

                if (_reader.Read(resp, out int consumed) == RespReadResult.Value)
                {
                    Deliver(_reader.Value);
                }

                resp = resp[consumed..];
            }
        }
        catch (RespProtocolException broken)
        {
            // A handler of the host wrote what is no reply: its client ends, and nobody else.
            _broken = true;
            Port.Leave(this);
            End(new RespConnectionException("a reply could not be read", broken));
        }
    }

    internal override void End(Exception why)
    {
        while (Pending.TryDequeue(out PendingCall? call)) call.Fail(why);
        OnEnd?.Invoke(why);
    }

    // Whoever was shown its value waits for this reply; or a handler of the host answers the same.
    // (A look at the queue's head would keep it from using its memory again.)
    private void DeliverShown()
    {
        if (!Pending.TryDequeue(out PendingCall? call)) return;
        if (call.WasShown)
        {
            call.CompleteShown();
            return;
        }

        _reader.Read(RotomEngine.ShownReply, out _);
        call.Complete(_reader.Value);
    }

    private void Deliver(RespValue value)
    {
        if (value.Kind == RespKind.Push && !Confirms(value))
        {
            OnPush?.Invoke(value);
        }
        else if (Pending.TryDequeue(out PendingCall? call))
        {
            call.Complete(value);
        }
    }

    private static bool Confirms(RespValue push) =>
        push.Items.Count == 3 && push.Items[0].Bytes.Span.EndsWith("subscribe"u8);
}
