using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Persist;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class DumpTests
{
    private static readonly byte[] s_name = "k"u8.ToArray();

    public static TheoryData<string> Titles() => new(RdbPayloads.Recorded.Values
        .Where(payload => RdbPayloads.IsReadable(payload.Type)).Select(payload => payload.Title));

    public static TheoryData<string> OldTitles() => new(OldPayloads.All
        .Where(old => RdbPayloads.IsReadable(old.Title.Split('-')[0])).Select(old => old.Title));

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_payload_of_Redis_restores_to_the_same_value(string title)
    {
        RdbPayload payload = RdbPayloads.Recorded[title];
        using EngineHost host = Debuggable();
        Assert.Equal("+OK", Restore(host, payload.Bytes));
        host.Check("TYPE k", "+" + payload.Type);
        host.Check("DEBUG DIGEST-VALUE k", "*1 +" + payload.Digest);
        // Redis 7.2's lists and sets may be one listpack; the recording server's may not.
        if (payload.Type is not ("list" or "set"))
            host.Check("OBJECT ENCODING k", "$" + payload.Encoding);
        host.Engine.CheckInvariants();
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public void What_is_dumped_restores_to_the_same_payload(string title)
    {
        RdbPayload payload = RdbPayloads.Recorded[title];
        using EngineHost host = Debuggable();
        Restore(host, payload.Bytes);
        byte[] dumped = Dump(host);
        host.Send("DEL k");
        Assert.Equal("+OK", Restore(host, dumped));
        host.Check("DEBUG DIGEST-VALUE k", "*1 +" + payload.Digest);
        Assert.Equal(dumped, Dump(host));
        if (payload.Title.StartsWith("string-int", StringComparison.Ordinal))
            Assert.Equal(payload.Bytes, dumped);
    }

    [Theory]
    [MemberData(nameof(OldTitles))]
    public void Payloads_of_other_versions_restore_to_the_same_value(string title)
    {
        OldPayload payload = OldPayloads.All.Single(old => old.Title == title);
        using EngineHost host = Debuggable();
        Assert.Equal("+OK", Restore(host, payload.Bytes));
        host.Send(payload.Command);
        host.Check("DEBUG DIGEST-VALUE k", host.Send("DEBUG DIGEST-VALUE k2"));
        host.Check("OBJECT ENCODING k", host.Send("OBJECT ENCODING k2"));
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData("k 0", "-ERR wrong number of arguments for 'restore' command")]
    [InlineData("k -1 {}", "-ERR Invalid TTL value, must be >= 0")]
    [InlineData("k x {}", "-ERR value is not an integer or out of range")]
    [InlineData("k 0 x", "-ERR DUMP payload version or checksum are wrong")]
    [InlineData("k 0 {} ABC", "-ERR syntax error")]
    [InlineData("k 0 {} IDLETIME", "-ERR syntax error")]
    [InlineData("k 0 {} IDLETIME 1 FREQ 1", "-ERR syntax error")]
    [InlineData("k 0 {} IDLETIME -1", "-ERR Invalid IDLETIME value, must be >= 0")]
    [InlineData("k 0 {} FREQ 256", "-ERR Invalid FREQ value, must be >= 0 and <= 255")]
    [InlineData("k 0 {} FREQ x", "-ERR value is not an integer or out of range")]
    [InlineData("here 0 {}", "-BUSYKEY Target key name already exists.")]
    [InlineData("here x {}", "-BUSYKEY Target key name already exists.")]
    [InlineData("here 0 {} replace", "+OK")]
    [InlineData("k 0 {} idletime 100 absttl replace", "+OK")]
    public void Restore_answers_as_Redis_does(string words, string reply)
    {
        using EngineHost host = new();
        host.Send("SET here 1");
        byte[] payload = RdbPayloads.Recorded["string-64"].Bytes;
        List<byte[]> command = [.. Words.Split("RESTORE " + words)];
        for (int i = 0; i < command.Count; i++)
        {
            if (command[i].AsSpan().SequenceEqual("{}"u8)) command[i] = payload;
        }

        Assert.Equal(reply, host.Send([.. command]));
    }

    [Fact]
    public void Restore_propagates_the_absolute_time()
    {
        using EngineHost host = new();
        byte[] payload = RdbPayloads.Recorded["string-int:12"].Bytes;
        byte[][] restore =
            ["RESTORE"u8.ToArray(), s_name, "1000"u8.ToArray(), payload, "REPLACE"u8.ToArray()];
        Assert.Equal("+OK", host.Send(restore));
        long at = host.Clock.UnixTimeMs + 1000;
        host.Check("PEXPIRETIME k", $":{at}");
        host.Send("DEL k");
        host.Send(restore);
        string effect = Encoding.Latin1.GetString(host.EffectBytes);
        Assert.Contains($"\r\n{at}\r\n", effect, StringComparison.Ordinal);
        Assert.EndsWith("$7\r\nREPLACE\r\n$6\r\nABSTTL\r\n", effect, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_that_is_over_deletes_what_it_replaces()
    {
        using EngineHost host = new();
        byte[] payload = RdbPayloads.Recorded["list-plain"].Bytes;
        byte[][] restore =
            ["RESTORE"u8.ToArray(), s_name, "1"u8.ToArray(), payload, "ABSTTL"u8.ToArray(),
            "REPLACE"u8.ToArray()];
        Assert.Equal("+OK", host.Send(restore));
        Assert.Empty(host.Effects);
        host.Send("SET k v");
        Assert.Equal("+OK", host.Send(restore));
        Assert.Equal(["DEL k"], host.Effects);
        host.Check("EXISTS k", ":0");
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void Idle_time_and_frequency_come_along()
    {
        using EngineHost host = new();
        byte[] payload = RdbPayloads.Recorded["string-64"].Bytes;
        host.Send(
            ["RESTORE"u8.ToArray(), s_name, "0"u8.ToArray(), payload, "IDLETIME"u8.ToArray(),
            "1000"u8.ToArray()]);
        host.Check("OBJECT IDLETIME k", ":1000");
        host.Send("CONFIG SET maxmemory-policy allkeys-lfu");
        host.Send(
            ["RESTORE"u8.ToArray(), s_name, "0"u8.ToArray(), payload, "FREQ"u8.ToArray(),
            "100"u8.ToArray(), "REPLACE"u8.ToArray()]);
        host.Check("OBJECT FREQ k", ":100");
    }

    [Fact]
    public void A_wrong_checksum_is_believed_only_on_demand()
    {
        using EngineHost host = Debuggable();
        byte[] payload = [.. RdbPayloads.Recorded["string-64"].Bytes];
        payload[^1] ^= 1;
        const string Wrong = "-ERR DUMP payload version or checksum are wrong";
        Assert.Equal(Wrong, Restore(host, payload));
        host.Check("DEBUG SET-SKIP-CHECKSUM-VALIDATION 1", "+OK");
        Assert.Equal("+OK", Restore(host, payload));
        host.Check("DEBUG SET-SKIP-CHECKSUM-VALIDATION 0", "+OK");
        host.Send("DEL k");
        Assert.Equal(Wrong, Restore(host, payload));
        payload = RdbPayloads.Seal([0, 1, (byte)'x'], version: 13);
        Assert.Equal(Wrong, Restore(host, payload));
    }

    internal static EngineHost Debuggable() =>
        new(config => config.EnableDebugCommand = DangerousAccess.Yes);

    internal static string Restore(EngineHost host, byte[] payload) =>
        host.Send(["RESTORE"u8.ToArray(), s_name, "0"u8.ToArray(), payload]);

    internal static byte[] Dump(EngineHost host)
    {
        host.Send("DUMP k");
        byte[] reply = host.ReplyBytes;
        return reply[(Array.IndexOf(reply, (byte)'\n') + 1)..^2];
    }
}
