using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Support;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Engine.Tests.Hostile;

/// <summary>Ways around rights that servers like this one had.</summary>
public sealed class HostileAclTests
{
    public static TheoryData<string> Rows() => HostileTable.Rows("acl.txt");

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_a_user_may_not_is_refused_by_every_way(string row) => HostileTable.Check(row);

    // CVE-2024-51741: a rule of a megabyte.
    [Fact]
    public void CVE_2024_51741_a_rule_of_a_megabyte_is_refused_or_kept_whole()
    {
        using EngineHost host = new();
        string name = new('x', 1 << 20);
        foreach (string rule in (string[])["%", "(", "(~", "%R", "+", "-@", "#", "!"])
        {
            Stopwatch clock = Stopwatch.StartNew();
            Assert.StartsWith("-ERR", host.Send("ACL SETUSER u " + rule + name), Ordinal);
            Assert.InRange(clock.ElapsedMilliseconds, 0, 1_000);
        }

        host.Check("ACL SETUSER u ~" + name, "+OK");
        Assert.Contains("~" + name, host.Send("ACL LIST"), Ordinal);
    }

    // valkey#3800, valkey#3182.
    [Fact]
    public void Valkey_3800_and_3182_who_lost_a_right_while_waiting_or_listening_is_closed()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER u on nopass ~* &* +@all", "+OK");
        host.Check("ACL SETUSER v on nopass ~* &* +@all", "+OK");
        foreach (string client in (string[])["waits", "listens", "idle"])
        {
            host.Check("AUTH u x", "+OK", client);
        }

        host.Check("AUTH v x", "+OK", "other");
        host.Check("SUBSCRIBE c", "*3 $subscribe $c :1", "listens");
        host.Check("SUBSCRIBE c", "*3 $subscribe $c :1", "other");
        host.Check("BLPOP q 0", "", "waits");
        host.Check("ACL SETUSER u resetchannels", "+OK");
        Assert.DoesNotContain("user=u", Listening(host), Ordinal);
        Assert.Contains("user=v", Listening(host), Ordinal);
        host.Check("ACL DELUSER u", ":1");
        Assert.DoesNotContain("user=u", host.Send("CLIENT LIST"), Ordinal);
        Assert.Contains("user=v", host.Send("CLIENT LIST"), Ordinal);
        host.Check("RPUSH q x", ":1");
        host.Check("LRANGE q 0 -1", "*1 $x");
        host.Check("PUBLISH c x", ":1");
        host.Engine.CheckInvariants();
    }

    // valkey 8.1.10: what was written is replayed whoever wrote it.
    [Fact]
    public void Valkey_8_1_10_a_replay_does_not_ask_for_rights()
    {
        using EngineHost writer = new();
        writer.Send("SET k v");
        byte[] effects = writer.EffectBytes;
        using EngineHost reader = new();
        reader.Check("ACL SETUSER default resetkeys -set", "+OK");
        byte[] padded = [.. effects, .. new byte[CommandBatch.Slack]];
        Assert.Null(reader.Engine.Replay(padded, effects.Length));
        reader.Check("ACL SETUSER default ~*", "+OK");
        reader.Check("GET k", "$v");
    }

    // AUTH: guesses cost no memory, are counted and logged, and the log has an end.
    [Fact]
    public void AUTH_guesses_leave_memory_flat_and_the_log_short()
    {
        using EngineHost host = Undelayed();
        host.Check("AUTH secret", "+OK");
        Guess(host, 1_000);
        long before = host.Engine.AccountedMemory;
        Guess(host, 20_000);
        Assert.InRange(host.Engine.AccountedMemory - before, -10_000, 10_000);
        string log = host.Send("ACL LOG 1000");
        Assert.InRange(log.Split("$reason").Length - 1, 1, 128);
        Assert.DoesNotContain("guess", log, Ordinal);
        Assert.DoesNotContain("guess", host.Send("SLOWLOG GET 1000"), Ordinal);
    }

    // AUTH: the same work whether the user is there or not, whatever is guessed.
    [Fact]
    public void AUTH_takes_as_long_for_users_that_are_not_there()
    {
        using EngineHost host = Undelayed();
        host.Send("AUTH secret");
        host.Send("ACL SETUSER known on >secret");
        byte[][] known = Words("AUTH", "known", new string('x', 16_000));
        byte[][] unknown = Words("AUTH", "nobody", new string('x', 16_000));
        // The least of many short looks: the one that nobody else's work fell into.
        double there = double.MaxValue, notThere = double.MaxValue;
        for (int i = 0; i < 60; i++)
        {
            there = Math.Min(there, Time(host, known));
            notThere = Math.Min(notThere, Time(host, unknown));
        }

        Assert.InRange(notThere / there, 0.5, 2.0);
    }

    private static StringComparison Ordinal => StringComparison.Ordinal;

    private static string Listening(EngineHost host) => string.Join(
        '|', host.Send("CLIENT LIST").Split("id=")
            .Where(line => line.Contains(" sub=1 ", StringComparison.Ordinal)));

    private static double Time(EngineHost host, byte[][] words)
    {
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 0; i < 30; i++) host.Send(words, "guesser");
        return clock.Elapsed.TotalMilliseconds;
    }

    private static EngineHost Undelayed() => new(config =>
    {
        config.RequirePass = "secret";
        config.AuthFailureDelayMilliseconds = 0;
    });

    private static void Guess(EngineHost host, int count)
    {
        for (int i = 0; i < count; i++)
        {
            host.Send(i % 2 == 0 ? $"AUTH guess{i}" : $"AUTH nobody guess{i}", "guesser");
        }
    }

    private static byte[][] Words(params string[] words) =>
        [.. words.Select(Encoding.ASCII.GetBytes)];
}
