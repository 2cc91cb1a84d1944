using System;
using Rotom.Net.Loop;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Net.Tests.Loop;

/// <summary>The policy over a clock of nanoseconds that only the test moves.</summary>
public sealed class SpinPolicyTests(ITestOutputHelper output)
{
    private const long Second = 1_000_000_000;
    private const long Micro = 1000;
    private const int LongestMicros = 50;
    private const long WakeUp = 20 * Micro;
    private const long Free = SpinPolicy.FreeMicros * Micro;

    private readonly SpinPolicy _policy = new(Second, LongestMicros);

    [Fact]
    public void A_loop_begins_by_sleeping() => Assert.Equal(0, _policy.TicksToSpin(Second));

    [Fact]
    public void Messages_that_come_soon_earn_a_spin()
    {
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(0, _policy.TicksToSpin(Second));
            _policy.WasWoken(10 * Micro);
        }

        Assert.Equal(LongestMicros * Micro, _policy.TicksToSpin(Second));
    }

    [Fact]
    public void Sockets_timers_and_late_messages_do_not()
    {
        for (int i = 0; i < 1000; i++)
        {
            _policy.SleptOn();
            _policy.WasWoken(1);
            _policy.WasWoken((LongestMicros + 1) * Micro);
            // A signal from before the sleep is no measure of it.
            _policy.WasWoken(-5);
            Assert.Equal(0, _policy.TicksToSpin(i * Second));
        }
    }

    [Fact]
    public void A_loop_that_hears_from_sockets_as_often_as_from_threads_sleeps()
    {
        for (int i = 0; i < 1000; i++)
        {
            _policy.WasWoken(Micro);
            _policy.SleptOn();
            Assert.Equal(0, _policy.TicksToSpin(i * Second));
        }
    }

    [Fact]
    public void A_few_spins_in_vain_end_it()
    {
        Earn();
        int spins = 0;
        for (; _policy.TicksToSpin(Second) > 0; spins++)
            _policy.Spun(LongestMicros * Micro, SpinEnd.Nothing);
        Assert.InRange(spins, 1, 3);
    }

    [Fact]
    public void One_spin_that_another_thread_suffered_from_ends_it()
    {
        Earn();
        _policy.Spun(Micro, SpinEnd.Crowded);
        Assert.Equal(0, _policy.TicksToSpin(Second));
    }

    [Fact]
    public void Messages_one_right_after_the_other_keep_it_up_for_ever()
    {
        Earn();
        long now = Second;
        for (int i = 0; i < 1_000_000; i++)
        {
            Assert.NotEqual(0, _policy.TicksToSpin(now));
            _policy.Spun(Free, SpinEnd.Message);
            now += Free;
        }
    }

    [Fact]
    public void A_thread_that_stood_still_is_not_charged_for_it()
    {
        Earn();
        Assert.NotEqual(0, _policy.TicksToSpin(Second));
        _policy.Spun(10 * Second, SpinEnd.Message);
        Assert.NotEqual(0, _policy.TicksToSpin(11 * Second));
    }

    // Whatever the messages do: what spinning takes beyond ten microseconds a message found is
    // at most a twentieth of the time, a millisecond and what one spin overdraws.
    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(49)]
    [InlineData(60)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void What_is_wasted_is_bounded(int meanGapMicros)
    {
        Random random = new(meanGapMicros);
        long now = 0;
        long wasted = 0;
        long spins = 0;
        while (now < 20 * Second)
        {
            long gap = (long)(-Math.Log(1 - random.NextDouble()) * meanGapMicros * Micro);
            // One in ten is a socket.
            bool isMessage = random.Next(10) > 0;
            long ticks = _policy.TicksToSpin(now);
            if (ticks > 0) spins++;
            if (ticks > gap)
            {
                _policy.Spun(gap, isMessage ? SpinEnd.Message : SpinEnd.Socket);
                wasted += isMessage ? Math.Max(0, gap - Free) : gap;
                now += gap;
            }
            else
            {
                if (ticks > 0) _policy.Spun(ticks, SpinEnd.Nothing);
                wasted += ticks;
                if (isMessage) _policy.WasWoken(gap - ticks);
                else _policy.SleptOn();
                now += gap + WakeUp;
            }
        }

        double percent = 100.0 * wasted / now;
        output.WriteLine($"{meanGapMicros} us apart: {spins} spins, {percent:F2} % wasted");
        long most = now / SpinPolicy.WastePart + 1000 * Micro + LongestMicros * Micro;
        Assert.InRange(wasted, 0, most);
    }

    // The state in which a message is answered at once.
    private void Earn()
    {
        for (int i = 0; i < 8; i++) _policy.WasWoken(Micro);
    }
}
