using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Stops an actor and waits for its end.</summary>
public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>True once the actor has ended; a TaskCanceledException after the
    /// timeout.</summary>
    public static async Task<bool> GracefulStop(
        this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        using var expiry = new CancellationTokenSource(timeout);
        Task<bool> ended = target.WatchAsync(expiry.Token);
        target.Tell(stopMessage, ActorRefs.NoSender);
        if (await ended.ConfigureAwait(false)) return true;
        throw new TaskCanceledException($"{target} did not stop within {timeout}");
    }
}

public static class WatchAsyncSupport
{
    /// <summary>True once the actor has ended, false if the token was cancelled before.</summary>
    public static async Task<bool> WatchAsync(
        this IActorRef target, CancellationToken token = default)
    {
        var watchee = (IInternalActorRef)target;
        var watcher = new FutureActorRef<Terminated>(Futures.ProviderOf(target));
        watcher.Guard(Timeout.InfiniteTimeSpan, token);
        watchee.SendSystemMessage(new Watch(watchee, watcher));
        try
        {
            await watcher.Result.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            watchee.SendSystemMessage(new Unwatch(watchee, watcher));
            return false;
        }
    }
}
