using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;

using Xunit;

namespace Rotom.Engine.Tests.CommandTable;

/// <summary>What holds for every command whatever it is sent (R18).</summary>
/// <remarks>
/// Every command of the table, with 0 to 6 words of several kinds, its own option words among them,
/// in both versions of the protocol: one well-formed reply; no fault; after an error the data is as
/// it was and nothing is propagated; a change is counted; and what is propagated makes the same of
/// a copy. Data lives in 2 of 4 databases.
/// </remarks>
public sealed partial class OneReplyTests
{
    private const int WordsMax = 6;
    private const int RandomCalls = 60;

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

    public static TheoryData<string, bool> Calls()
    {
        TheoryData<string, bool> calls = [];
        foreach (CommandSpec spec in GeneratedCommands.Create())
        {
            if (spec.Handler is null || s_special.Contains(spec.Name)) continue;
            calls.Add(spec.Name, false);
            calls.Add(spec.Name, true);
        }

        return calls;
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Every_call_has_one_reply_and_an_error_changes_nothing(string name, bool resp3)
    {
        CommandSpec spec = GeneratedCommands.Create().Single(spec => spec.Name == name);
        using EngineHost host = new(config =>
        {
            config.Databases = 4;
            config.ClientOutputBufferLimits = s_limits;
            // A guess that waits has no reply yet.
            config.AuthFailureDelayMilliseconds = 0;
        });
        using EngineHost copy = new(config => config.Databases = 4);
        copy.Engine.Propagation.Enabled = false;
        int call = 0;
        foreach (string[] words in WordLists(spec))
        {
            string setup = $"setup{call}";
            foreach (string command in s_setup)
            {
                // Sets and sorted sets cannot be dumped yet.
                if (name == "DUMP" && command[1..4] == "ADD") continue;
                host.Send(command, setup);
                copy.Send(command, setup);
            }

            string client = $"client{call++}";
            if (resp3) host.Send("HELLO 3", client);
            string shown = string.Join(' ', words.Select(word => $"[{word}]"));
            try
            {
                Check(host, copy, [.. words.Select(Encoding.Latin1.GetBytes)], client, resp3);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                throw new InvalidDataException($"{shown}: {failure.Message}", failure);
            }
        }

        host.Engine.CheckInvariants();
    }

    private static void Check(
        EngineHost host, EngineHost copy, byte[][] words, string client, bool resp3)
    {
        string before = Digest(host);
        long dirty = host.Engine.Dirty;
        host.Engine.Propagation.ForgetDatabase();
        string reply = host.Send(words, client);
        if (host.Engine.IsPaused) host.Engine.Unpause();
        if (host.ClientOf(client).Waiter is not null) reply = TimeOut(host, client);
        bool nowResp3 = host.ClientOf(client).Resp3;
        Assert.Equal(1, StrictResp.Count(host.ReplyBytes, resp3 || nowResp3));
        Assert.Equal(0, host.Engine.Stats.InternalErrors);
        string after = Digest(host);
        if (reply[0] == '-')
        {
            Assert.Equal(before, after);
            Assert.Equal(dirty, host.Engine.Dirty);
            Assert.Empty(host.EffectBytes);
            return;
        }

        if (before != after) Assert.NotEqual(dirty, host.Engine.Dirty);
        foreach (byte[][] effect in StrictResp.Commands(host.EffectBytes))
            Assert.NotEqual('-', copy.Send(effect)[0]);
        Assert.Equal(after, Digest(copy));
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

    private static string Digest(EngineHost host) =>
        Encoding.ASCII.GetString(DatasetDigest.OfAll(host.Engine));

    private static IEnumerable<string[]> WordLists(CommandSpec spec)
    {
        string[] name = spec.Name.Split('|');
        foreach (string word in s_words)
        {
            for (int count = 0; count <= WordsMax; count++)
                yield return [.. name, .. Enumerable.Repeat(word, count)];
        }

        // The same words at each run: the name is the seed.
        Random random = new(spec.Name.Sum(c => c) + (spec.Name.Length * 1000));
        string[] words = [.. s_words, .. OptionWord().Matches(spec.Syntax).Select(m => m.Value)];
        int least = Math.Abs(spec.Arity) - name.Length;
        for (int i = 0; i < RandomCalls; i++)
        {
            int count = i % 2 == 0 ? random.Next(WordsMax + 1) : least + random.Next(3);
            string[] drawn = [.. Enumerable.Range(0, count)
                .Select(_ => words[random.Next(words.Length)])];
            if (count > 0 && i % 3 != 0)
                drawn[0] = i % 4 == 0 ? "m" : s_words[random.Next(5)];
            yield return [.. name, .. drawn];
        }
    }

    [GeneratedRegex("[A-Z][A-Z0-9-]+")]
    private static partial Regex OptionWord();
}
