using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;

using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.CommandTable;

/// <summary>What holds for every command whatever it is sent (R18).</summary>
/// <remarks>
/// Every command of the table, with 0 to 6 words of several kinds, its own option words among them,
/// in both versions of the protocol: one well-formed reply; no fault; after an error the data is as
/// it was and nothing is propagated; a change is counted; and what is propagated makes the same of
/// a copy. So it is in a transaction; and one whom the ACL denies the command is told that and
/// nothing else. Data lives in 2 of 4 databases. ROTOM_TEST_FULL=1: 0 to 12 words, ten times the
/// random calls, and all of them in transactions and denied, too.
/// </remarks>
public sealed partial class OneReplyTests(ITestOutputHelper output)
{
    private const double MillisecondsMost = 50;
    private const int TriesMost = 20;

    private static readonly bool s_full =
        Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    private static readonly int s_wordsMax = s_full ? 12 : 6;
    private static readonly int s_randomCalls = s_full ? 600 : 60;

    // No command may answer a gigabyte because its count says so.
    private static readonly OutputBufferLimits s_limits =
        new(new OutputBufferLimit(1 << 20, 0, 0), default, default);

    // They answer as often as they have channels, or not at all.
    private static readonly string[] s_special =
    [
        "SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUNSUBSCRIBE",
        "CLIENT|REPLY", "SHUTDOWN", "MONITOR", "SYNC", "PSYNC",
    ];

    private static readonly string[] s_words =
    [
        "k", "s", "t", "l", "z", "nokey", "1", "0", "-1", "2", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "1.5", "nan", "inf", "", "*", "\r\n+OK",
        "\0", "NX", "COUNT", "string",
        "h",
        "m", "n",
    ];

    private static readonly string[] s_setup =
    [
        "FLUSHALL", "SET k 5", "SET s text", "SET t v EX 1000", "RPUSH l a b 1 a",
        "SADD m a b 1", "SADD n 1 2 5",
        "ZADD z 1 a 2 b 2 1",
        "SELECT 1", "SET k one",
        "SELECT 0", "HSET h k 5 s text t 1.5", "SELECT 1",
    ];

    public static TheoryData<string, string> Calls()
    {
        TheoryData<string, string> calls = [];
        foreach (CommandSpec spec in GeneratedCommands.Create())
        {
            if (spec.Handler is null || s_special.Contains(spec.Name)) continue;
            calls.Add(spec.Name, "RESP2");
            calls.Add(spec.Name, "RESP3");
            calls.Add(spec.Name, "in MULTI");
            // Whoever has no rights yet may send these.
            if (!spec.Flags.HasFlag(CommandFlags.NoAuth)) calls.Add(spec.Name, "denied");
        }

        return calls;
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void R18_every_call_has_one_reply_and_an_error_changes_nothing(string name, string mode)
    {
        CommandSpec spec = GeneratedCommands.Create().Single(spec => spec.Name == name);
        using Pair pair = new();
        double worst = 0;
        foreach (string[] words in WordLists(spec, !s_full && mode is "in MULTI" or "denied"))
        {
            // A machine that is busy with other things makes a call wait, but not each time.
            double took = double.MaxValue;
            for (int i = 0; i < TriesMost && took > MillisecondsMost; i++)
                took = Math.Min(took, Call(pair, spec, words, mode));
            worst = Math.Max(worst, took);
            Assert.True(took <= MillisecondsMost, $"{Shown(words)} took {took:F1} ms");
        }

        pair.Host.Engine.CheckInvariants();
        if (s_full)
            output.WriteLine($"R18 {name} {mode}: {pair.Calls} calls, {worst:F1} ms at most");
    }

    private static string Shown(string[] words) =>
        string.Join(' ', words.Select(word => $"[{word}]"));

    /// <summary>One call on fresh data; answers the milliseconds it took.</summary>
    private static double Call(Pair pair, CommandSpec spec, string[] words, string mode)
    {
        string client = pair.NextClient();
        byte[][] call = [.. words.Select(Encoding.Latin1.GetBytes)];
        try
        {
            switch (mode)
            {
                case "in MULTI":
                    return CheckQueued(pair, call, client);
                case "denied":
                    string name = spec.Name.ToLowerInvariant();
                    string rules = $"on nopass allkeys allchannels +@all -{name}";
                    Assert.Equal("+OK", pair.Host.Send($"ACL SETUSER low {rules}", client));
                    Assert.Equal("+OK", pair.Host.Send("AUTH low any", client));
                    return CheckDenied(pair, call, client);
                default:
                    if (mode == "RESP3") pair.Host.Send("HELLO 3", client);
                    return Check(pair, call, client, mode == "RESP3");
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{Shown(words)}: {failure.Message}", failure);
        }
    }

    private static double Check(Pair pair, byte[][] words, string client, bool resp3)
    {
        EngineHost host = pair.Host;
        Before before = pair.Look();
        string reply = pair.Time(words, client, out double took);
        if (host.ClientOf(client).Waiter is not null) reply = TimeOut(host, client);
        bool nowResp3 = host.ClientOf(client).Resp3;
        Assert.Equal(1, StrictResp.Count(host.ReplyBytes, resp3 || nowResp3));
        pair.Compare(before, isError: reply[0] == '-');
        return took;
    }

    // One reply that says it is queued, or why not; then one for the transaction.
    private static double CheckQueued(Pair pair, byte[][] words, string client)
    {
        EngineHost host = pair.Host;
        Assert.Equal("+OK", host.Send("MULTI", client));
        Before before = pair.Look();
        string queued = pair.Time(words, client, out double took);
        Assert.Equal(1, StrictResp.Count(host.ReplyBytes, host.ClientOf(client).Resp3));
        pair.Compare(before, isError: queued[0] == '-' || queued == "+QUEUED");
        if (host.ClientOf(client).Has(ClientGate.Closing)) return took;
        before = pair.Look();
        string executed = pair.Time(["EXEC"u8.ToArray()], client, out double executing);
        Assert.Equal(1, StrictResp.Count(host.ReplyBytes, host.ClientOf(client).Resp3));
        // A second MULTI and a WATCH are refused, and the transaction goes on.
        if (queued[0] == '-') Assert.True(executed[0] == '-' || executed == "*0", executed);
        bool failed = executed[0] == '-' || executed.StartsWith("*1 -", StringComparison.Ordinal);
        pair.Compare(before, failed);
        return Math.Max(took, executing);
    }

    private static double CheckDenied(Pair pair, byte[][] words, string client)
    {
        Before before = pair.Look();
        string reply = pair.Time(words, client, out double took);
        Assert.Equal(1, StrictResp.Count(pair.Host.ReplyBytes, resp3: false));
        // Whether there is such a command, and whether the words are enough, is said before what
        // the user may.
        bool refused = reply.StartsWith("-NOPERM", StringComparison.Ordinal)
            || reply.StartsWith("-ERR wrong number of arguments", StringComparison.Ordinal)
            || reply.StartsWith("-ERR unknown subcommand", StringComparison.Ordinal);
        Assert.True(refused, reply);
        pair.Compare(before, isError: true);
        return took;
    }

    // A command that waits has answered nothing and does so when it is released, once.
    private static string TimeOut(EngineHost host, string client)
    {
        Assert.Empty(host.ReplyBytes);
        Assert.Empty(host.EffectBytes);
        host.Send($"CLIENT UNBLOCK {host.ClientOf(client).Id}", "freer");
        Assert.Null(host.ClientOf(client).Waiter);
        return host.TakePush(client);
    }

    private static IEnumerable<string[]> WordLists(CommandSpec spec, bool fewer)
    {
        string[] name = spec.Name.Split('|');
        foreach (string word in fewer ? s_words[..1] : s_words)
        {
            for (int count = 0; count <= s_wordsMax; count++)
                yield return [.. name, .. Enumerable.Repeat(word, count)];
        }

        // The same words at each run: the name is the seed.
        Random random = new(spec.Name.Sum(c => c) + (spec.Name.Length * 1000));
        string[] words = [.. s_words, .. OptionWord().Matches(spec.Syntax).Select(m => m.Value)];
        int least = Math.Abs(spec.Arity) - name.Length;
        for (int i = 0; i < (fewer ? s_randomCalls / 3 : s_randomCalls); i++)
        {
            int count = i % 2 == 0 ? random.Next(s_wordsMax + 1) : least + random.Next(3);
            string[] drawn = [.. Enumerable.Range(0, count)
                .Select(_ => words[random.Next(words.Length)])];
            if (count > 0 && i % 3 != 0)
                drawn[0] = i % 4 == 0 ? "m" : s_words[random.Next(5)];
            yield return [.. name, .. drawn];
        }
    }

    /// <summary>What a call is compared with.</summary>
    private readonly record struct Before(string Digest, long Dirty);

    /// <summary>The engine that is called, and one that is told of its effects only.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly EngineHost _copy = new(config => config.Databases = 4);

        internal Pair() => _copy.Engine.Propagation.Enabled = false;

        internal EngineHost Host { get; } = new(config =>
        {
            config.Databases = 4;
            config.ClientOutputBufferLimits = s_limits;
            // A guess that waits has no reply yet.
            config.AuthFailureDelayMilliseconds = 0;
        });

        internal int Calls { get; private set; }

        public void Dispose()
        {
            Host.Dispose();
            _copy.Dispose();
        }

        /// <summary>Fresh data in both, and the name of a client that has said nothing.</summary>
        internal string NextClient()
        {
            string setup = $"setup{Calls}";
            foreach (string command in s_setup)
            {
                Host.Send(command, setup);
                _copy.Send(command, setup);
            }

            Host.Disconnect(setup);
            _copy.Disconnect(setup);
            return $"client{Calls++}";
        }

        internal Before Look()
        {
            Host.Engine.Propagation.ForgetDatabase();
            return new Before(Digest(Host), Host.Engine.Dirty);
        }

        internal string Time(byte[][] words, string client, out double milliseconds)
        {
            long began = Stopwatch.GetTimestamp();
            string reply = Host.Send(words, client);
            milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (Host.Engine.IsPaused) Host.Engine.Unpause();
            return reply;
        }

        internal void Compare(Before before, bool isError)
        {
            Assert.Equal(0, Host.Engine.Stats.InternalErrors);
            string after = Digest(Host);
            if (isError)
            {
                Assert.Equal(before, new Before(after, Host.Engine.Dirty));
                Assert.Empty(Host.EffectBytes);
                return;
            }

            if (before.Digest != after) Assert.NotEqual(before.Dirty, Host.Engine.Dirty);
            foreach (byte[][] effect in StrictResp.Commands(Host.EffectBytes))
                Assert.NotEqual('-', _copy.Send(effect)[0]);
            Assert.Equal(after, Digest(_copy));
        }

        private static string Digest(EngineHost host) =>
            Encoding.ASCII.GetString(DatasetDigest.OfAll(host.Engine));
    }

    [GeneratedRegex("[A-Z][A-Z0-9-]+")]
    private static partial Regex OptionWord();
}
