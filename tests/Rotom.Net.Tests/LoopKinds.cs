using System;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Threading;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests;

/// <summary>What the tests of both kinds of loop share.</summary>
internal static class LoopKinds
{
    /// <summary>How long a test waits for what must happen before it fails.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The kinds that this system has.</summary>
    public static TheoryData<TransportKind> Here()
    {
        TheoryData<TransportKind> kinds = new(TransportKind.Sockets);
        if (OperatingSystem.IsLinux()) kinds.Add(TransportKind.Epoll);
        return kinds;
    }

    public static void Run(this IEventLoop loop, Action action) => loop.Execute(new Item(action));

    /// <summary>Runs an action on the loop, waits for it, and passes on what it throws.</summary>
    public static void Wait(IEventLoop loop, Action action)
    {
        using ManualResetEventSlim done = new();
        ExceptionDispatchInfo? failed = null;
        loop.Run(() =>
        {
            try
            {
                action();
            }
            catch (Exception error)
            {
                failed = ExceptionDispatchInfo.Capture(error);
            }
            finally
            {
                done.Set();
            }
        });
        if (!done.Wait(Patience)) throw new TimeoutException("The loop did not run the item.");
        failed?.Throw();
    }

    /// <summary>Looks at a condition on the loop, turn after turn, until it holds.</summary>
    public static void WaitUntil(IEventLoop loop, Func<bool> holds)
    {
        Stopwatch waited = Stopwatch.StartNew();
        bool yes = false;
        while (!yes)
        {
            Wait(loop, () => yes = holds());
            if (waited.Elapsed > Patience) throw new TimeoutException("It never came to hold.");
            if (!yes) Thread.Yield();
        }
    }

    private sealed class Item(Action action) : IThreadPoolWorkItem
    {
        public void Execute() => action();
    }
}

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ms = 1_000;

    public override long TimestampFrequency => 1_000;

    public void Advance(long ms) => Interlocked.Add(ref _ms, ms);

    public override long GetTimestamp() => Interlocked.Read(ref _ms);

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.UnixEpoch.AddMilliseconds(GetTimestamp());
}
