using System;
using System.Threading;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Loop;

public sealed class CoalesceTests
{
    // Each rest would last for ever if a message did not end it.
    [Fact]
    public void A_message_ends_a_rest()
    {
        using CrowdedLoop loop = new();
        for (int i = 0; i < 20; i++)
        {
            LoopKinds.Wait(loop, loop.Resting.Reset);
            Assert.True(loop.Resting.Wait(LoopKinds.Patience));
        }

        LoopKinds.Wait(loop, () => { });
        Assert.Equal(0, loop.Statistics.Errors);
        Assert.True(loop.Statistics.Rests >= 10);
    }

    [Fact]
    public void A_loop_that_rests_can_be_stopped()
    {
        using CrowdedLoop loop = new();
        LoopKinds.Wait(loop, () => { });
        Assert.True(loop.Resting.Wait(LoopKinds.Patience));
        loop.Stop();
        Assert.True(loop.Join(LoopKinds.Patience));
    }

    [Fact]
    public void Epoll_rests_as_long_as_asked_or_until_a_message()
    {
        if (!OperatingSystem.IsLinux()) return;
        using EventLoop loop =
            TransportGroup.CreateLoop(TransportKind.Epoll, new LoopOptions());
        LoopKinds.Wait(loop, () =>
        {
            long began = TimeProvider.System.GetTimestamp();
            // What an earlier wake-up left behind may end the first.
            loop.Rest(1);
            Assert.Equal(0, loop.Rest(2_000));
            Assert.InRange(
                TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, 2, 30_000);
        });
        using ManualResetEventSlim resting = new();
        int signals = 0;
        using ManualResetEventSlim done = new();
        loop.Run(() =>
        {
            resting.Set();
            signals = loop.Rest(30_000_000);
            done.Set();
        });
        Assert.True(resting.Wait(LoopKinds.Patience));
        loop.Signal();
        Assert.True(done.Wait(TimeSpan.FromSeconds(20)));
        Assert.Equal(1, signals);
    }

    /// <summary>A loop that finds one of a thousand sockets ready whenever it looks.</summary>
    private sealed class CrowdedLoop : EventLoop
    {
        private readonly SemaphoreSlim _signal = new(0);

        internal CrowdedLoop()
            : base(new LoopOptions { SpinMicroseconds = 0 })
        {
        }

        internal ManualResetEventSlim Resting { get; } = new();

        internal override int TakeActive() => 1000;

        internal override int Rest(int micros)
        {
            Resting.Set();
            _signal.Wait();
            return 1;
        }

        protected override int Poll(int timeoutMs) => 1;

        protected internal override void Signal() => _signal.Release();

        protected override void Close() => _signal.Dispose();
    }
}
