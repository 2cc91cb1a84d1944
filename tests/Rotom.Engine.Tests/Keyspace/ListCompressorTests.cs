using System;
using System.Globalization;
using System.IO;
using System.Text;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Persist;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Keyspace;

/// <summary>The middle of long lists is compressed when nobody uses it.</summary>
public sealed class ListCompressorTests
{
    [Fact]
    public void A_list_that_lies_idle_takes_less_memory_and_is_what_it_was()
    {
        using EngineHost host = Host(1, seconds: 10);
        Fill(host, "l", 60_000);
        string digest = host.Send("DEBUG DIGEST");
        string dump = host.Send("DUMP l");
        long before = host.Engine.UsedMemory;
        Pass(host, 9);
        Assert.Equal(before, host.Engine.UsedMemory);
        Pass(host, 22);
        long after = host.Engine.UsedMemory;
        Assert.InRange(after, 0, before / 2);
        Assert.Equal(digest, host.Send("DEBUG DIGEST"));
        Assert.Equal(dump, host.Send("DUMP l"));
        Assert.Equal("$quicklist", host.Send("OBJECT ENCODING l"));
        Assert.Equal("$member:000030000", host.Send("LINDEX l 30000"));
        Assert.Equal(":1", host.Send("COPY l copy"));
        Assert.InRange(host.Engine.UsedMemory, after, after * 2);
        Assert.Equal(dump, host.Send("DUMP copy"));
        Assert.Equal(":2", host.Send("DEL l copy"));
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData("list-compress-idle-seconds 0")]
    [InlineData("list-compress-depth 1000")]
    public void A_setting_leaves_it_as_redis_does(string setting)
    {
        using EngineHost host = Host(2, seconds: 10);
        host.Send("CONFIG SET " + setting);
        Fill(host, "l", 30_000);
        long before = host.Engine.UsedMemory;
        Pass(host, 60);
        Assert.Equal(before, host.Engine.UsedMemory);
    }

    // The same commands go to two engines, of which one compresses all the time.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Who_asks_notices_nothing(int seed)
    {
        TestRandom random = new(seed);
        using EngineHost host = Host(seed, seconds: 1);
        using EngineHost still = Host(seed, seconds: 0);
        for (int i = 0; i < 10_000; i++)
        {
            string command = Next(random, shrinking: i / 2_500 % 3 == 1);
            string wanted = still.Send(command);
            Assert.True(wanted == host.Send(command), $"seed {seed}, {i}: {command}");
            if (random.OneIn(8)) Pass(host, random.Below(3));
            if (random.OneIn(300)) host.Engine.Defragmenter.Purge();
            if (i % 400 == 0) host.Engine.CheckInvariants();
        }

        Assert.Equal(still.Send("DEBUG DIGEST"), host.Send("DEBUG DIGEST"));
        Pass(host, 3);
        Assert.InRange(host.Engine.UsedMemory, 0, still.Engine.UsedMemory * 3 / 4);
        still.Send("FLUSHALL");
        host.Send("FLUSHALL");
        Pass(host, 1);
        Assert.Equal(0, host.Engine.Heap.IdleLists.Count);
    }

    private static EngineHost Host(int seed, int seconds) => new(
        config =>
        {
            config.ListCompressIdleSeconds = seconds;
            config.EnableDebugCommand = Engine.Config.DangerousAccess.Yes;
        },
        (ulong)seed);

    private static void Fill(EngineHost host, string key, int count)
    {
        for (int i = 0; i < count; i += 50)
        {
            StringBuilder command = new("RPUSH " + key);
            for (int j = i; j < i + 50; j++)
                command.Append(CultureInfo.InvariantCulture, $" member:{j:d9}");
            host.Send(command.ToString());
        }
    }

    private static void Pass(EngineHost host, int seconds)
    {
        for (int i = 0; i < seconds * 2; i++)
        {
            host.Advance(500);
            while (host.Engine.HasIdleWork) host.Engine.WorkInIdleTime();
        }
    }

    private static string Next(TestRandom random, bool shrinking)
    {
        string key = "l" + random.Below(3);
        int at = random.Below(4_000) - 2_000;
        string element = string.Create(
            CultureInfo.InvariantCulture, $"element:{random.Below(900):d60}");
        string many = string.Join(' ', element, element, "short", element, element, element);
        return random.Below(shrinking ? 16 : 12) switch
        {
            < 6 => (random.OneIn(2) ? "RPUSH " : "LPUSH ") + $"{key} {many}",
            6 => $"LINDEX {key} {at}",
            7 => $"LRANGE {key} {at} {at + random.Below(200)}",
            8 => $"LSET {key} {at} {element}",
            9 => $"LINSERT {key} AFTER short {element}",
            10 => $"LREM {key} {random.Below(5) - 2} {element}",
            11 => random.OneIn(20) ? $"COPY {key} l{random.Below(3)} REPLACE" : $"LPOS {key} x",
            12 or 13 => $"LPOP {key} {random.Below(24)}",
            14 => $"RPOP {key} {random.Below(24)}",
            _ => random.OneIn(10)
                ? $"LTRIM {key} {random.Below(200)} -{1 + random.Below(200)}"
                : $"LMOVE {key} l{random.Below(3)} LEFT RIGHT",
        };
    }
}
