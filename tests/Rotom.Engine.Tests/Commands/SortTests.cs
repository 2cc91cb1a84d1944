using System.Globalization;
using System.Linq;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>SORT and SORT_RO, answered as redis-server 7.0.15 did; and their effects.</summary>
public sealed class SortTests
{
    private static readonly EventTranscript s_transcript = new("redis-7.0.15-sort.txt");

    public static TheoryData<string> Titles() => new(s_transcript.Titles);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Every_reply_and_event_is_the_one_redis_gave(string title) =>
        s_transcript.Replay(title, _ => { });

    [Theory]
    [MemberData(nameof(Titles))]
    public void Other_forms_of_the_values_answer_the_same(string title) =>
        s_transcript.Replay(title, config =>
        {
            config.SetMaxIntsetEntries = 0;
            config.SetMaxListpackEntries = 0;
            config.ListMaxListpackSize = 2;
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_large_list_comes_out_in_order(int seed)
    {
        TestRandom random = new(seed);
        using EngineHost host = new();
        int[] numbers = [.. Enumerable.Range(0, 20_000).Select(_ => random.Below(50_000))];
        foreach (int[] part in numbers.Chunk(1_000))
            host.Send("RPUSH l " + string.Join(' ', part));
        string[] sorted =
            [.. numbers.Order().Select(n => "$" + n.ToString(CultureInfo.InvariantCulture))];
        host.Check("SORT l", $"*{numbers.Length} {string.Join(' ', sorted)}");
        host.Check("SORT l LIMIT 19990 20", $"*10 {string.Join(' ', sorted[19_990..])}");
        host.Check("SORT l DESC LIMIT 0 1", $"*1 {sorted[^1]}");
        host.Check("SORT l STORE d", ":20000");
        host.Check("LRANGE d 0 99", $"*100 {string.Join(' ', sorted[..100])}");
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData("alike", 1)]
    [InlineData("rising", 1)]
    [InlineData("falling", 1)]
    [InlineData("random", 1)]
    [InlineData("random", 2)]
    public void Any_window_of_the_order_is_found_without_sorting_all(string kind, int seed)
    {
        const int length = 3_000;
        TestRandom random = new(seed);
        using EngineHost host = new();
        int[] numbers = [.. Enumerable.Range(0, length).Select(i => kind switch
        {
            "alike" => 7,
            "rising" => i,
            "falling" => length - i,
            _ => random.Below(500),
        })];
        foreach (int[] part in numbers.Chunk(1_000))
            host.Send("RPUSH l " + string.Join(' ', part));
        string[] sorted =
            [.. numbers.Order().Select(n => "$" + n.ToString(CultureInfo.InvariantCulture))];
        for (int round = 0; round < 40; round++)
        {
            int first = random.Below(length);
            int count = 1 + random.Below(round % 2 == 0 ? 5 : length);
            string[] window = [.. sorted.Skip(first).Take(count)];
            host.Check(
                $"SORT l LIMIT {first} {count}", $"*{window.Length} {string.Join(' ', window)}");
        }
    }

    [Fact]
    public void What_is_stored_is_propagated_as_it_came_and_reading_is_not()
    {
        using EngineHost host = new();
        host.Send("RPUSH l 2 1");
        long before = host.Engine.Dirty;
        host.Check("SORT l DESC STORE d", ":2");
        Assert.Equal("SORT l DESC STORE d", Effect.Of(host));
        Assert.Equal(2, host.Engine.Dirty - before);
        host.Check("SORT l", "*2 $1 $2");
        Assert.Equal("", Effect.Of(host));
        host.Check("SORT nokey STORE nokey2", ":0");
        Assert.Equal("", Effect.Of(host));
    }

    [Fact]
    public void Keys_of_sort_are_the_source_and_the_last_target()
    {
        using EngineHost host = new();
        host.Check("COMMAND GETKEYS SORT l BY w* GET STORE STORE a STORE b", "*2 $l $b");
        host.Check("COMMAND GETKEYS SORT l LIMIT STORE x", "*1 $l");
        host.Check("COMMAND GETKEYS SORT_RO l BY w*", "*1 $l");
    }

    [Fact]
    public void A_field_past_its_time_is_none()
    {
        using EngineHost host = new();
        host.Send("RPUSH l 1 2");
        host.Send("HSET h1 f 5");
        host.Send("HSET h2 f 1 g 2");
        host.Send("HPEXPIRE h1 10 FIELDS 1 f");
        host.Check("SORT l BY h*->f GET h*->g", "*2 $2 $-1");
        host.Advance(20);
        host.Check("SORT l BY h*->f GET h*->f", "*2 $-1 $1");
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_weight_past_its_time_is_none()
    {
        using EngineHost host = new();
        host.Send("RPUSH l 1 2");
        host.Send("SET w1 5 PX 10");
        host.Send("SET w2 1");
        host.Check("SORT l BY w*", "*2 $2 $1");
        host.Advance(20);
        host.Check("SORT l BY w* GET w*", "*2 $-1 $1");
    }

    [Theory]
    [InlineData("0x1p4 15.5 0x11 0x1P+5 -0x1p-1", "*5 $-0x1p-1 $15.5 $0x1p4 $0x11 $0x1P+5")]
    [InlineData("0x1p 1", "-ERR One or more scores can't be converted into double")]
    [InlineData("1p4 1", "-ERR One or more scores can't be converted into double")]
    [InlineData("0x1p99999 1", "-ERR One or more scores can't be converted into double")]
    [InlineData("\"5\\x00x\" 4", "*2 $4 $5\\x00x")]
    [InlineData("\" \" 4", "-ERR One or more scores can't be converted into double")]
    public void Numbers_are_what_strtod_takes(string elements, string reply)
    {
        using EngineHost host = new();
        host.Send("RPUSH l " + elements);
        host.Check("SORT l", reply);
    }

    [Fact]
    public void Elements_and_names_of_any_length_are_sorted()
    {
        using EngineHost host = new();
        string big = new('x', 100_000);
        host.Send($"RPUSH l {big}b \"\" {big}a 5 {big}");
        host.Check("SORT l ALPHA", $"*5 $ $5 ${big} ${big}a ${big}b");
        host.Send($"SET w{big}a 7");
        host.Check("SORT l ALPHA BY w* LIMIT 4 1 GET w*", "*1 $7");
    }
}
