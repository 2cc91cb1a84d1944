using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Rotom.Net.Loop;
using Rotom.Net.Native;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Loop;

public sealed class EventLoopTests
{
    public static TheoryData<TransportKind> Kinds { get; } = LoopKinds.Here();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Items_of_one_producer_run_in_order_on_one_thread(TransportKind kind)
    {
        using EventLoop loop = TransportGroup.CreateLoop(kind, new LoopOptions());
        List<int> seen = [];
        HashSet<int> threads = [];
        using ManualResetEventSlim done = new();
        for (int i = 0; i < 10_000; i++)
        {
            int n = i;
            loop.Run(() =>
            {
                seen.Add(n);
                threads.Add(Environment.CurrentManagedThreadId);
                if (n == 9_999) done.Set();
            });
        }

        Assert.True(done.Wait(LoopKinds.Patience));
        Assert.Equal(Enumerable.Range(0, 10_000), seen);
        Assert.Single(threads);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
        Assert.False(loop.IsLoopThread);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_wake_up_is_lost_between_threads(TransportKind kind)
    {
        // Each producer waits for its item before it gives the next one, so the loop falls asleep
        // all the time and one lost wake-up hangs the test.
        using EventLoop loop = TransportGroup.CreateLoop(kind, new LoopOptions());
        const int producers = 3;
        const int rounds = 4_000;
        int stuck = 0;
        Thread[] threads = new Thread[producers];
        for (int p = 0; p < producers; p++)
        {
            threads[p] = new Thread(() =>
            {
                using SemaphoreSlim ran = new(0);
                for (int i = 0; i < rounds && stuck == 0; i++)
                {
                    loop.Run(() => ran.Release());
                    if (!ran.Wait(LoopKinds.Patience)) Interlocked.Increment(ref stuck);
                }
            });
            threads[p].Start();
        }

        foreach (Thread thread in threads) thread.Join();
        Assert.Equal(0, stuck);
        Assert.Equal(producers * rounds, loop.Statistics.Items);
        Assert.True(loop.Statistics.Sleeps > 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Items_given_while_the_loop_stops_and_restarts_all_run(TransportKind kind)
    {
        using EventLoop loop = TransportGroup.CreateLoop(kind, new LoopOptions());
        const int items = 3_000;
        using CountdownEvent left = new(items);
        Thread stopper = new(() =>
        {
            while (!left.IsSet) loop.Stop();
        });
        stopper.Start();
        for (int i = 0; i < items; i++) loop.Run(() => left.Signal());
        Assert.True(left.Wait(LoopKinds.Patience), $"{left.CurrentCount} items never ran");
        stopper.Join();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_stopped_loop_drains_ends_and_starts_again(TransportKind kind)
    {
        using EventLoop loop = TransportGroup.CreateLoop(kind, new LoopOptions { RunBudget = 1 });
        int ran = 0;
        using ManualResetEventSlim gate = new();
        loop.Run(() => gate.Wait(LoopKinds.Patience));
        for (int i = 0; i < 100; i++) loop.Run(() => ran++);
        loop.Stop();
        gate.Set();
        Assert.True(loop.Join(LoopKinds.Patience));
        Assert.Equal(100, ran);
        Assert.False(loop.IsRunning);

        LoopKinds.Wait(loop, () => ran++);
        Assert.Equal(101, ran);
        Assert.True(loop.IsRunning);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_item_timer_or_hook_that_throws_is_reported_and_the_loop_goes_on(
        TransportKind kind)
    {
        ConcurrentQueue<string> errors = new();
        LoopOptions options = new()
        {
            OnError = error =>
            {
                errors.Enqueue(error.Message);
                throw new InvalidOperationException("the callback itself");
            },
        };
        using EventLoop loop = TransportGroup.CreateLoop(kind, options);
        loop.Run(() => throw new InvalidOperationException("item"));
        LoopKinds.Wait(loop, () =>
        {
            loop.AtEndOfTurn(TurnStage.Send, OnceThrow("hook"));
            loop.Schedule(0, () => throw new InvalidOperationException("timer"));
        });
        LoopKinds.WaitUntil(loop, () => errors.Count >= 3);
        Assert.Equal(["hook", "item", "timer"], errors.Order());
        Assert.Equal(6, loop.Statistics.Errors);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Hooks_run_by_stage_and_then_in_the_order_they_were_added(TransportKind kind)
    {
        using EventLoop loop = TransportGroup.CreateLoop(kind, new LoopOptions());
        List<string> order = [];
        loop.AtEndOfTurn(TurnStage.Housekeeping, () => order.Add("late"));
        loop.AtEndOfTurn(TurnStage.Send, () => order.Add("send 1"));
        loop.AtEndOfTurn(TurnStage.Journal, () => order.Add("journal"));
        IDisposable removed = loop.AtEndOfTurn(TurnStage.Send, () => order.Add("removed"));
        loop.AtEndOfTurn(TurnStage.Send, () => order.Add("send 2"));
        removed.Dispose();
        string[] first = [];
        loop.Run(() =>
        {
            order.Add("item");
            loop.Run(() => order.Add("item of the same turn"));
        });
        LoopKinds.WaitUntil(loop, () =>
        {
            if (order.Contains("late")) first = [.. order.Take(6)];
            return first.Length > 0;
        });
        Assert.Equal(
            ["item", "item of the same turn", "journal", "send 1", "send 2", "late"],
            first.Where(entry => entry != "wait"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Timers_follow_the_injected_clock(TransportKind kind)
    {
        ManualTime time = new();
        using EventLoop loop = TransportGroup.CreateLoop(kind, new LoopOptions { Time = time });
        List<string> fired = [];
        LoopTimer? cancelled = null;
        LoopKinds.Wait(loop, () =>
        {
            loop.Schedule(30, () => fired.Add("30"));
            loop.Schedule(10, () => fired.Add("10 first"));
            loop.Schedule(10, () => fired.Add("10 second"));
            cancelled = loop.Schedule(20, () => fired.Add("cancelled"));
        });
        loop.Schedule(20, () => fired.Add("20 from outside"));
        Assert.True(cancelled!.Cancel());
        Assert.False(cancelled.Cancel());

        LoopKinds.Wait(loop, () => Assert.Empty(fired));
        time.Advance(10);
        LoopKinds.Wait(loop, () => { });
        LoopKinds.Wait(loop, () => Assert.Equal(["10 first", "10 second"], fired));
        time.Advance(20);
        loop.Wake();
        LoopKinds.Wait(loop, () => { });
        LoopKinds.Wait(loop, () =>
            Assert.Equal(["10 first", "10 second", "20 from outside", "30"], fired));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_timer_that_rearms_itself_at_once_waits_for_the_next_turn(TransportKind kind)
    {
        using EventLoop loop = TransportGroup.CreateLoop(
            kind, new LoopOptions { Time = new ManualTime() });
        int fired = 0;
        void Again()
        {
            fired++;
            if (fired < 50) loop.Schedule(0, Again);
        }

        LoopKinds.Wait(loop, Again);
        LoopKinds.WaitUntil(loop, () => fired == 50);
        Assert.True(loop.Statistics.Turns >= 50);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_sleeping_loop_wakes_for_its_timer_by_itself(TransportKind kind)
    {
        using EventLoop loop = TransportGroup.CreateLoop(kind, new LoopOptions());
        using ManualResetEventSlim fired = new();
        loop.Schedule(20, fired.Set);
        Assert.True(fired.Wait(LoopKinds.Patience));
    }

    [Fact]
    public void Cancelled_timers_do_not_pile_up()
    {
        LoopTimers timers = new();
        for (int i = 0; i < 10_000; i++)
        {
            LoopTimer timer = new(timers, 1_000_000 + i, () => { });
            timers.Add(timer);
            timer.Cancel();
        }

        Assert.InRange(timers.Count, 0, 130);
        Assert.Equal(long.MaxValue, timers.NextDueMs());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_busy_polling_loop_serves_as_a_sleeping_one(TransportKind kind)
    {
        using EventLoop loop = TransportGroup.CreateLoop(
            kind, new LoopOptions { BusyPollMicroseconds = 50 });
        for (int i = 0; i < 100; i++) LoopKinds.Wait(loop, () => { });
        Assert.Equal(0, loop.Statistics.Errors);
    }

    // Two loops that answer each other, which is when they spin.
    [Fact]
    public void Loops_that_answer_each_other_lose_no_message()
    {
        using EventLoop first = TransportGroup.CreateLoop(TransportKind.Auto, new LoopOptions());
        using EventLoop second = TransportGroup.CreateLoop(TransportKind.Auto, new LoopOptions());
        int left = 200_000;
        Exchange game = new(first, second, () => --left > 0);
        game.Begin();
        int turned = 0;
        for (int i = 0; i < 50; i++) LoopKinds.Wait(first, () => turned++);
        Assert.True(game.Ended.Wait(LoopKinds.Patience));
        Assert.Equal((0, 50), (left, turned));
        Assert.Equal(0, first.Statistics.Errors + second.Statistics.Errors);
    }

    [Fact]
    public void Loops_that_answer_each_other_still_look_at_their_sockets()
    {
        if (!OperatingSystem.IsLinux()) return;
        using AeLoop first = new(new LoopOptions());
        using AeLoop second = new(new LoopOptions());
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        ReadyCount ready = new();
        first.Watch((int)listener.Handle, Libc.EpollIn, ready);
        Exchange game = new(first, second, () => Volatile.Read(ref ready.Times) == 0);
        game.Begin();
        LoopKinds.WaitUntil(second, () => game.Rounds > 1000);
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        Assert.True(game.Ended.Wait(LoopKinds.Patience));
    }

    private sealed class ReadyCount : IReadyHandler
    {
        public int Times;

        public void Ready(uint events) => Interlocked.Increment(ref Times);

        public void Failed()
        {
        }
    }

    // An item that runs on one loop and then on the other, as long as it may.
    private sealed class Exchange(EventLoop first, EventLoop second, Func<bool> goesOn)
        : IThreadPoolWorkItem
    {
        private readonly EventLoop[] _loops = [first, second];
        private int _rounds;

        public ManualResetEventSlim Ended { get; } = new();

        public int Rounds => Volatile.Read(ref _rounds);

        public void Begin() => first.Execute(this);

        public void Execute()
        {
            if (goesOn()) _loops[++_rounds & 1].Execute(this);
            else Ended.Set();
        }
    }

    private static Action OnceThrow(string message)
    {
        bool thrown = false;
        return () =>
        {
            if (thrown) return;
            thrown = true;
            throw new InvalidOperationException(message);
        };
    }
}
