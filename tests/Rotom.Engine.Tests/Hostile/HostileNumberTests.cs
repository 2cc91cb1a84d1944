using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Hostile;

/// <summary>Numbers and sizes at and beyond their ends, by the reports that taught them.</summary>
public sealed class HostileNumberTests
{
    public static TheoryData<string> Rows() => HostileTable.Rows("numbers.txt");

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_number_at_its_end_is_taken_or_refused_and_costs_nothing(string row) =>
        HostileTable.Check(row);

    // CVE-2021-29477, CVE-2021-32625: the table of two long strings is their product.
    [Fact]
    public void CVE_2021_29477_and_32625_LCS_of_long_strings_is_refused_before_anything_is_taken()
    {
        using EngineHost host = new();
        long before = host.Engine.AccountedMemory;
        host.Send($"SETRANGE a {(1 << 20) - 1} x");
        host.Send($"SETRANGE b {(1 << 20) - 1} x");
        foreach (string how in (string[])["", " LEN", " IDX"])
        {
            host.Check(
                "LCS a b" + how, "-ERR Insufficient memory, transient memory for LCS exceeds "
                + "proto-max-bulk-len");
        }

        Assert.InRange(host.Engine.AccountedMemory - before, 0, 5 << 20);
    }

    // Redis 6.2.9: a count of a milliard on a small key, and what may be answered has a limit.
    [Theory]
    [InlineData("SRANDMEMBER s -1000000000")]
    [InlineData("HRANDFIELD h -1000000000")]
    [InlineData("ZRANDMEMBER z -1000000000")]
    public void Redis_6_2_9_a_huge_random_count_stops_at_the_output_limit(string command)
    {
        using EngineHost host = new(config => config.ClientOutputBufferLimits =
            new(new(1 << 20, 0, 0), default, default));
        host.Send("SADD s a b c");
        host.Send("HSET h f v");
        host.Send("ZADD z 1 a");
        host.Send([.. command.Split(' ').Select(Encoding.ASCII.GetBytes)]);
        Assert.InRange(host.ReplyBytes.Length, 0, 2 << 20);
        host.Check("PING", "+PONG", "other");
    }

    // CVE-2021-41099 and its kin: one element of many megabytes.
    [Fact]
    public void CVE_2021_32628_one_huge_element_converts_and_is_whole()
    {
        using EngineHost host = new();
        byte[] huge = new byte[8 << 20];
        huge.AsSpanFill();
        host.Send([.. Words("SADD", "s"), huge]);
        host.Send([.. Words("HSET", "h", "f"), huge]);
        host.Send([.. Words("ZADD", "z", "1"), huge]);
        host.Send([.. Words("RPUSH", "l"), huge]);
        host.Send([.. Words("PFADD", "p"), huge]);
        host.Check("PFCOUNT p", ":1");
        host.Check("HSTRLEN h f", ":" + huge.Length.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(":1", host.Send([.. Words("SISMEMBER", "s"), huge]));
        Assert.Equal("$1", host.Send([.. Words("ZSCORE", "z"), huge]));
        host.Send("LINDEX l 0");
        Assert.True(host.ReplyBytes.AsSpanEndsWith(huge));
        host.Engine.CheckInvariants();
    }

    // CVE-2023-41056: strings that grow and shrink around the sizes of blocks.
    [Fact]
    public void CVE_2023_41056_strings_that_grow_around_size_classes_keep_their_bytes()
    {
        using EngineHost host = new();
        StringBuilder model = new();
        for (int size = 1; size < 20_000; size = (size * 5 / 4) + 1)
        {
            foreach (int n in (int[])[size - 1, size, size + 1])
            {
                model.Append('a', n % 97);
                host.Send($"APPEND k {new string('a', n % 97)}");
                while (model.Length <= n) model.Append('\0');
                model[n] = 'z';
                host.Send($"SETRANGE k {n} z");
            }

            Assert.Equal(
                model.ToString(), Encoding.Latin1.GetString(Body(host, "GET k")));
        }

        host.Engine.CheckInvariants();
    }

    private static byte[] Body(EngineHost host, string command)
    {
        host.Send(command);
        byte[] reply = host.ReplyBytes;
        int from = System.Array.IndexOf(reply, (byte)'\n') + 1;
        return reply[from..^2];
    }

    private static byte[][] Words(params string[] words) =>
        [.. words.Select(Encoding.ASCII.GetBytes)];
}

internal static class HugeBytes
{
    internal static void AsSpanFill(this byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(i * 7 >> 3);
    }

    internal static bool AsSpanEndsWith(this byte[] reply, byte[] huge) =>
        System.MemoryExtensions.SequenceEqual<byte>(
            System.MemoryExtensions.AsSpan(reply)[^(huge.Length + 2)..^2], huge);
}
