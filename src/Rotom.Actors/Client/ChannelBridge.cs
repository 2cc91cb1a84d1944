using System;
using System.Collections.Generic;
using System.Threading.Channels;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// ChannelBridge: between Redis' channels and Akka's event stream. Inwards, what is published on a
// channel that matches becomes a ChannelMessage on the stream; outwards, a PublishToChannel on the
// stream is published. The two are different messages, so nothing goes round in circles.

/// <summary>Carries messages between channels and the event stream.</summary>
internal sealed class ChannelBridge : UntypedActor
{
    private readonly IRotomClient _client;
    private readonly IReadOnlyList<string> _patterns;
    private readonly List<RotomSubscription> _subscriptions = [];
    private readonly List<IActorRef> _asking = [];

    public ChannelBridge(IRotomClient client, IReadOnlyList<string> patterns)
    {
        _client = client;
        _patterns = patterns;
    }

    internal static Props Props(IRotomClient client, IReadOnlyList<string> patterns) =>
        Akka.Actor.Props.Create(() => new ChannelBridge(client, patterns));

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(PublishToChannel));
        IActorRef self = Self;
        foreach (string pattern in _patterns) _ = OpenAsync(pattern, self);
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        foreach (RotomSubscription subscription in _subscriptions) _ = CloseAsync(subscription);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PublishToChannel publish:
                _ = PublishAsync(publish);
                break;
            case ChannelMessage received:
                Context.System.EventStream.Publish(received);
                break;
            case RotomSubscription subscription:
                _subscriptions.Add(subscription);
                AnswerWhenReady();
                break;
            case BridgeReady:
                _asking.Add(Sender);
                AnswerWhenReady();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static async Task CloseAsync(RotomSubscription subscription) =>
        await subscription.DisposeAsync().ConfigureAwait(false);

    private void AnswerWhenReady()
    {
        if (_subscriptions.Count < _patterns.Count) return;
        foreach (IActorRef asking in _asking) asking.Tell(BridgeReady.Instance, Self);
        _asking.Clear();
    }

    private async Task PublishAsync(PublishToChannel publish)
    {
        try
        {
            await _client.PublishAsync(publish.Channel, publish.Message).ConfigureAwait(false);
        }
        catch (RespConnectionException)
        {
            // The server has stopped: nobody listens any more.
        }
    }

    private async Task OpenAsync(string pattern, IActorRef self)
    {
        try
        {
            RotomSubscription subscription =
                await _client.SubscribePatternAsync(pattern).ConfigureAwait(false);
            self.Tell(subscription, ActorRefs.NoSender);
            while (true)
            {
                RotomMessage message = await subscription.ReadAsync().ConfigureAwait(false);
                ChannelMessage inwards = new(message.Channel, message.Message);
                self.Tell(inwards, ActorRefs.NoSender);
            }
        }
        catch (Exception end) when (end is RespConnectionException or ChannelClosedException)
        {
            // The server or the bridge has ended.
        }
    }
}

/// <summary>Are all channels subscribed to? Answered by itself when they are.</summary>
internal sealed class BridgeReady : INoSerializationVerificationNeeded
{
    internal static readonly BridgeReady Instance = new();
}
