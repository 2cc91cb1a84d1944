using System;
using System.Globalization;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

// What large values must not do: put objects on the collector's heap, or be freed in one go where
// the settings say that they are not.
//
// The collector's heap is the process's, so nothing else may run meanwhile.
[CollectionDefinition(nameof(BigValueTests), DisableParallelization = true)]
[Collection(nameof(BigValueTests))]
public sealed class BigValueTests
{
    private const int Elements = 200_000;

    [Theory]
    [InlineData("RPUSH", false)]
    [InlineData("SADD", false)]
    [InlineData("HSET", true)]
    [InlineData("ZADD", true)]
    public void An_element_is_no_object_of_the_collector(string command, bool pairs)
    {
        using EngineHost host = new();
        host.Engine.Propagation.Enabled = false;
        Fill(host, command, "warm", pairs, 1_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Fill(host, command, "k", pairs, Elements);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        // An object has 24 bytes at least; buffers of the test itself come and go.
        if (!PoisonBuild.IsOn) Assert.InRange(grown, long.MinValue, Elements * 16);
        host.Check("OBJECT ENCODING k", command switch
        {
            "RPUSH" => "$quicklist",
            "ZADD" => "$skiplist",
            _ => "$hashtable",
        });
    }

    [Theory]
    [InlineData("RPUSH", false)]
    [InlineData("SADD", false)]
    [InlineData("HSET", true)]
    [InlineData("ZADD", true)]
    public void An_overwritten_value_is_freed_later_if_the_setting_says_so(
        string command, bool pairs)
    {
        using EngineHost host = new(config => config.LazyfreeLazyServerDel = true);
        Fill(host, command, "k", pairs, 50_000);
        long full = host.Engine.UsedMemory;
        host.Check("SET k v", "+OK");
        Assert.True(host.Engine.UsedMemory > full / 2);
        Assert.Contains("lazyfree_pending_objects:1", host.Send("INFO memory"));
        for (int i = 0; i < 1_000; i++) host.Advance(100);
        Assert.True(host.Engine.UsedMemory < full / 2);
        host.Check("GET k", "$v");
    }

    private static void Fill(EngineHost host, string command, string key, bool pairs, int count)
    {
        const int Slice = 500;
        for (int from = 0; from < count; from += Slice)
        {
            byte[][] words = new byte[2 + (pairs ? 2 * Slice : Slice)][];
            words[0] = Bytes(command);
            words[1] = Bytes(key);
            for (int i = 0; i < Slice; i++)
            {
                byte[] element = Bytes("element:" + Number(from + i));
                if (!pairs)
                {
                    words[2 + i] = element;
                    continue;
                }

                words[2 + (2 * i)] = command == "ZADD" ? Bytes(Number(from + i)) : element;
                words[3 + (2 * i)] = element;
            }

            host.Send(words);
        }
    }

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static byte[] Bytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
