using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Stats;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class SlowlogLatencyTests
{
    [Fact]
    public void The_slow_log_keeps_words_and_who_sent_them()
    {
        using EngineHost host = new(Debuggable);
        host.Send("CLIENT SETNAME bob");
        host.Send("DEBUG SLEEP 0.2");
        string entry = host.Send("SLOWLOG GET 1");
        string time = $"{host.Clock.UnixTimeMs / 1000}";
        Assert.Matches(
            @"^\*1 \*6 :0 :" + time + @" :20\d\d\d\d \*3 \$DEBUG \$SLEEP \$0.2 "
            + @"\$127.0.0.1:40001 \$bob$",
            entry);
        host.Check("SLOWLOG LEN", ":1");
        host.Check("SLOWLOG RESET", "+OK");
        host.Check("SLOWLOG LEN", ":0");
        Assert.StartsWith("*", host.Send("SLOWLOG HELP"));
    }

    [Fact]
    public void The_slow_log_cuts_words_and_blots_passwords_out()
    {
        using EngineHost host = new();
        host.Send("CONFIG SET slowlog-log-slower-than 0");
        host.Send("SLOWLOG RESET");
        host.Send("MGET " + string.Join(' ', Enumerable.Range(1, 40)));
        string entry = host.Send("SLOWLOG GET 1");
        Assert.Contains(":1 ", entry);
        Assert.Contains("$29 $30 $... (10 more arguments)", entry);
        host.Send("ECHO " + new string('A', 129));
        Assert.Contains(new string('A', 128) + "... (1 more bytes)", host.Send("SLOWLOG GET 1"));
        host.Send("CONFIG SET masterauth secret hz 10");
        entry = host.Send("SLOWLOG GET 1");
        Assert.Contains("$CONFIG $SET $masterauth $(redacted) $hz $10", entry);
        host.Send("HELLO 2 AUTH default secret");
        Assert.Contains("$HELLO $2 $AUTH $(redacted) $(redacted)", host.Send("SLOWLOG GET 1"));
        host.Send("AUTH secret");
        Assert.Contains("$AUTH $(redacted)", host.Send("SLOWLOG GET 1"));
        host.Send("MULTI");
        host.Send("PING");
        host.Send("EXEC");
        Assert.Contains("*1 $PING", host.Send("SLOWLOG GET 1"));
    }

    [Fact]
    public void The_slow_log_keeps_as_many_as_the_setting_says()
    {
        using EngineHost host = new();
        host.Send("CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 3");
        for (int i = 0; i < 10; i++) host.Send("PING");
        host.Check("SLOWLOG LEN", ":3");
        host.Check("SLOWLOG GET 0", "*0");
        Assert.StartsWith("*3 *6 ", host.Send("SLOWLOG GET -1"));
        host.Send("CONFIG SET slowlog-max-len 0");
        host.Check("SLOWLOG LEN", ":0");
        host.Check("SLOWLOG LEN", ":0");
    }

    [Fact]
    public void Latency_events_are_sampled_once_a_second_at_their_worst()
    {
        using EngineHost host = new(Debuggable);
        host.Send("DEBUG SLEEP 0.2");
        host.Check("LATENCY LATEST", "*0");
        host.Send("CONFIG SET latency-monitor-threshold 50");
        long start = host.Clock.UnixTimeMs / 1000;
        host.Send("DEBUG SLEEP 0.1");
        host.Send("DEBUG SLEEP 0.3");
        host.Send("DEBUG SLEEP 0.2");
        host.Clock.Advance(1000);
        host.Send("DEBUG SLEEP 0.06");
        host.Check("LATENCY HISTORY command", $"*2 *2 :{start} :300 *2 :{start + 1} :60");
        host.Check("LATENCY LATEST", $"*1 *4 $command :{start + 1} :60 :300");
        host.Check("LATENCY HISTORY nosuch", "*0");
        host.Check("LATENCY RESET nosuch", ":0");
        host.Check("LATENCY RESET command nosuch", ":1");
        host.Check("LATENCY LATEST", "*0");
        host.Check("LATENCY RESET", ":0");
        Assert.StartsWith("*", host.Send("LATENCY HELP"));
    }

    [Fact]
    public void A_graph_is_drawn_as_redis_draws_it()
    {
        using EngineHost host = new(Debuggable);
        host.Send("CONFIG SET latency-monitor-threshold 50");
        foreach (string seconds in new[] { "0.1", "0.5", "0.2", "0.3", "0.4", "0.15" })
        {
            host.Send("DEBUG SLEEP " + seconds);
            host.Clock.Advance(1050);
        }

        string graph = host.Send("LATENCY GRAPH command").Replace("\\x0a", "\n");
        string[] lines = graph.Split('\n');
        Assert.Equal("$command - high 500 ms, low 100 ms (all time high 500 ms)", lines[0]);
        Assert.Equal(new string('-', 80), lines[1]);
        Assert.Equal([" #  _ ", " | _| ", " |_|| ", "_||||o"], lines[2..6]);
        Assert.Equal("      ", lines[6]);
        Assert.Equal("ssssss", lines[8]);
        host.Check("LATENCY GRAPH x", "-ERR No samples available for event 'x'");
    }

    [Fact]
    public void A_ring_of_samples_forgets_the_oldest()
    {
        LatencyEvent samples = new("x");
        for (int i = 0; i < 500; i++) samples.Add(new LatencySample(i, i % 100));
        Assert.Equal(LatencyEvent.SamplesMax, samples.Count);
        Assert.Equal(340, samples[0].UnixSeconds);
        Assert.Equal(499, samples.Last.UnixSeconds);
        Assert.Equal(99, samples.MaxMilliseconds);
        Assert.Equal(3, LatencyGraph.Draw(samples, 600).Split("\n\n").Length + 1);
    }

    [Fact]
    public void The_doctor_speaks_of_what_was_seen()
    {
        using EngineHost host = new(Debuggable);
        Assert.Contains("is off", host.Send("LATENCY DOCTOR"));
        host.Send("CONFIG SET latency-monitor-threshold 50");
        Assert.Contains("No latency spike", host.Send("LATENCY DOCTOR"));
        host.Send("DEBUG SLEEP 0.1");
        Assert.Contains("1. command: 1 latency spikes (average 100ms", host.Send("LATENCY DOCTOR"));
    }

    [Fact]
    public void Histograms_are_cumulative_and_hold_all_calls()
    {
        using EngineHost host = new(Debuggable);
        host.Send("CONFIG RESETSTAT");
        host.Send("DEBUG SLEEP 0.001");
        host.Send("DEBUG SLEEP 0.001");
        host.Send("DEBUG SLEEP 0.1");
        host.Send("CLIENT ID");
        string histogram = host.Send("LATENCY HISTOGRAM debug");
        Assert.Equal(
            "*2 $debug *4 $calls :3 $histogram_usec *4 :1056 :2 :135266 :3", histogram);
        Assert.StartsWith("*2 $client|id *4 $calls :1 ", host.Send("LATENCY HISTOGRAM client"));
        host.Check("LATENCY HISTOGRAM nosuch get", "*0");
        Assert.Contains("$config|resetstat", host.Send("LATENCY HISTOGRAM"));
        host.Send("CONFIG SET latency-tracking no");
        host.Send("CONFIG RESETSTAT");
        host.Send("SET k v");
        host.Check("LATENCY HISTOGRAM", "*0");
    }

    [Fact]
    public void Art_is_as_large_as_allowed_and_says_the_version()
    {
        using EngineHost host = new();
        Assert.Contains("Redis ver. ", host.Send("LOLWUT"));
        Assert.Contains("Redis ver. ", host.Send("LOLWUT VERSION 6 3 2"));
        host.Check("LOLWUT VERSION x", "-ERR value is not an integer or out of range");
        Assert.True(host.Send("LOLWUT 100000000 100000000").Length < 300_000);
    }

    private static void Debuggable(ServerConfig config) =>
        config.EnableDebugCommand = DangerousAccess.Yes;
}
