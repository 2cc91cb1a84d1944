using System;
using Rotom.Net.Loop;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Net.Tests.Loop;

/// <summary>The policy over a clock of nanoseconds that only the test moves.</summary>
public sealed class CoalescePolicyTests(ITestOutputHelper output)
{
    private const long Second = 1_000_000_000;
    private const long Micro = 1000;
    private const int LongestMicros = 50;

    private readonly CoalescePolicy _policy = new(Second) { LongestMicros = LongestMicros };

    [Fact]
    public void A_loop_begins_without_a_rest() => Assert.Equal(0, _policy.MicrosToRest);

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 10)]
    [InlineData(14, 10)]
    public void A_few_clients_are_answered_at_once(int active, int microsApart)
    {
        Feed(active, microsApart, eventsATurn: 1);
        Assert.Equal(0, _policy.MicrosToRest);
    }

    [Theory]
    [InlineData(50, 100)]
    [InlineData(10_000, 20)]
    public void A_low_rate_is_answered_at_once(int active, int microsApart)
    {
        Feed(active, microsApart, eventsATurn: 1);
        Assert.Equal(0, _policy.MicrosToRest);
    }

    [Fact]
    public void Many_clients_at_a_high_rate_gather()
    {
        Feed(active: 50, microsApart: 10, eventsATurn: 1);
        Assert.Equal(LongestMicros, _policy.MicrosToRest);
    }

    [Fact]
    public void No_more_than_a_third_of_the_clients_gather()
    {
        Feed(active: 30, microsApart: 2, eventsATurn: 1);
        Assert.Equal(20, _policy.MicrosToRest);
    }

    [Fact]
    public void A_turn_that_found_enough_is_followed_by_the_next_at_once()
    {
        Feed(active: 60, microsApart: 10, eventsATurn: 1);
        _policy.Turn(Second, CoalescePolicy.Enough);
        Assert.Equal(0, _policy.MicrosToRest);
        _policy.Turn(Second, CoalescePolicy.Enough - 1);
        Assert.Equal(LongestMicros, _policy.MicrosToRest);
    }

    [Fact]
    public void A_pause_ends_it()
    {
        long now = Feed(active: 50, microsApart: 10, eventsATurn: 1);
        Assert.True(_policy.Turn(now + Second, 1));
        _policy.Window(now + Second, 1);
        Assert.Equal(0, _policy.MicrosToRest);
    }

    [Fact]
    public void It_can_be_switched_off_while_the_loop_runs()
    {
        Feed(active: 50, microsApart: 10, eventsATurn: 1);
        _policy.LongestMicros = 0;
        Feed(active: 50, microsApart: 10, eventsATurn: 1);
        Assert.Equal(0, _policy.MicrosToRest);
    }

    // Clients that send their next request some time after the reply to the last, each on its own,
    // served by a loop that takes 3 us a turn and 5 us a request: they get as many replies as
    // without rests, whoever they are.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 50)]
    [InlineData(4, 20)]
    [InlineData(9, 20)]
    [InlineData(16, 100)]
    [InlineData(50, 100)]
    [InlineData(50, 350)]
    [InlineData(50, 5_000)]
    [InlineData(1_000, 5)]
    [InlineData(1_000, 8_000)]
    public void Clients_that_wait_for_their_replies_get_as_many(int clients, int thinkMicros)
    {
        Served with = Serve(clients, LongestMicros, thinkMicros, together: false);
        Served without = Serve(clients, 0, thinkMicros, together: false);
        output.WriteLine($"{with}; {without}");
        Assert.InRange(with.Replies, without.Replies * 96 / 100, long.MaxValue);
        Assert.InRange(with.Turns, 0, without.Turns * 105 / 100);
    }

    // The same on one thread, which takes some microseconds for each: that is what bounds them, and
    // they get as many replies from a fraction of the turns.
    [Theory]
    [InlineData(50, 9)]
    [InlineData(200, 9)]
    [InlineData(32, 7)]
    public void Clients_of_one_thread_get_as_many_from_fewer_turns(int clients, int eachMicros)
    {
        Served with = Serve(clients, LongestMicros, eachMicros, together: true);
        Served without = Serve(clients, 0, eachMicros, together: true);
        output.WriteLine($"{with}; {without}");
        Assert.InRange(with.Replies, without.Replies * 96 / 100, long.MaxValue);
        Assert.InRange(with.Turns, 0, without.Turns / 2);
    }

    private static Served Serve(int clients, int longest, int micros, bool together)
    {
        CoalescePolicy policy = new(Second) { LongestMicros = longest };
        Random random = new((clients * 31) + micros);
        long[] ready = new long[clients];
        long clientFree = 0;
        for (int i = 0; i < clients; i++) ready[i] = Next(0);
        int[] seen = new int[clients];
        (long replies, long turns, long now, int active, int window) = (0, 0, 0, 0, 1);
        while (now < 3 * Second)
        {
            long began = now;
            now = Math.Max(now + (policy.MicrosToRest * Micro), Least(ready));
            int events = 0;
            long at = now;
            now += 3 * Micro;
            for (int i = 0; i < clients; i++)
            {
                if (ready[i] > at) continue;
                events++;
                now += 5 * Micro;
                ready[i] = long.MaxValue;
                if (seen[i] == window) continue;
                seen[i] = window;
                active++;
            }

            // Replies leave at the end of the turn.
            for (int i = 0; i < clients; i++)
                if (ready[i] == long.MaxValue) ready[i] = Next(now);
            replies += events;
            turns++;
            if (!policy.Turn(began, events)) continue;
            policy.Window(began, active);
            (active, window) = (0, window + 1);
        }

        return new Served(replies, turns);

        long Next(long from)
        {
            if (!together)
                return from + (long)(-Math.Log(1 - random.NextDouble()) * micros * Micro);
            return clientFree = Math.Max(clientFree, from) + (micros * Micro);
        }
    }

    private static long Least(long[] times)
    {
        long least = long.MaxValue;
        foreach (long time in times) least = Math.Min(least, time);
        return least;
    }

    // Turns so far apart, whatever the loop does, until a trial is over: rests cost nothing.
    private long Feed(int active, int microsApart, int eventsATurn)
    {
        long now = 0;
        for (int windows = 0; windows < 40;)
        {
            now += microsApart * Micro;
            if (!_policy.Turn(now, eventsATurn)) continue;
            _policy.Window(now, active);
            windows++;
        }

        return now;
    }

    private sealed record Served(long Replies, long Turns);
}
