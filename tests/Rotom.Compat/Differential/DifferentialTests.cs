using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Differential;

/// <summary>
/// Random commands against redis-server and the server under test, reply by reply. One seed
/// again: <c>ROTOM_DIFF_SEED=N dotnet test tests/Rotom.Compat --filter Differential</c>.
/// </summary>
public sealed class DifferentialTests
{
    private const int CommandsASeed = 1_000;

    internal static readonly CommandKind[] Kinds =
        [
            .. BitCommands.Table,
            .. StringCommands.Table, .. ListCommands.Table, .. KeyCommands.Table,
            .. SetCommands.Table, .. SortCommands.Table, .. ZsetCommands.Table,
            .. ConnectionCommands.Table,
            .. HashCommands.Table,
        ];

    [FactWith(Need.RedisServer)]
    public void Every_reply_is_the_one_redis_gives()
    {
        string[] debug = ["--enable-debug-command", "yes"];
        using ServerProcess reference = ServerProcess.StartProgram("redis-server", debug);
        // A pipeline may ask for one huge string many times, and Redis sets no limit by itself.
        using ServerProcess tested =
            ServerProcess.Start([.. debug, "--client-output-buffer-limit", "normal 64gb 0 0"]);
        CommandKind[] kinds = [.. Kinds.Where(k => k.Required || Known(tested, k.Name))];
        string file = Path.Combine(Tools.ProjectFolder, "differences.md");
        LockStep run = new(reference, tested, kinds, new(File.ReadLines(file)));
        Stopwatch clock = Stopwatch.StartNew();
        int commands = 0, accepted = 0;
        List<string> found = [];
        foreach (int seed in Seeds())
        {
            SeedReport report = run.Run(seed, 2 + seed % 2, CommandsASeed);
            commands += report.Commands;
            accepted += report.Accepted;
            found.AddRange(report.Differences);
            if (found.Count > 30)
                break;
        }
        Figures.Add("differential run", $"{commands:N0} commands of {run.Drawn.Count} kinds: "
            + $"{found.Count} unexplained differences, {accepted:N0} accepted "
            + $"({clock.Elapsed.TotalSeconds:F1} s)");
        Assert.True(found.Count == 0, string.Join('\n', found));
        string[] never = [.. kinds.Select(k => k.Name).Where(n => !run.Drawn.ContainsKey(n))];
        string unused = string.Join(' ', never);
        Assert.True(never.Length == 0 || commands < 10_000, $"never drawn: {unused}");
    }

    [Fact]
    public void Server_under_test_has_every_command_the_run_requires()
    {
        using ServerProcess tested = ServerProcess.Start();
        string[] missing = [.. Kinds.Where(k => k.Required).Select(k => k.Name).Distinct()
            .Where(name => !tested.Supports(name))];
        Assert.True(missing.Length == 0, string.Join(' ', missing));
    }

    [Theory]
    [InlineData(nameof(Compare.Exact), "+OK", "+OK", true)]
    [InlineData(nameof(Compare.Exact), "+OK", "$OK", false)]
    [InlineData(nameof(Compare.Seconds), ":100", ":102", true)]
    [InlineData(nameof(Compare.Seconds), ":100", ":103", false)]
    [InlineData(nameof(Compare.Seconds), ":-1", ":0", false)]
    [InlineData(nameof(Compare.Milliseconds), ":5000", ":7001", false)]
    [InlineData(nameof(Compare.Presence), "$a", "$b", true)]
    [InlineData(nameof(Compare.Presence), "_", "$b", false)]
    [InlineData(nameof(Compare.Presence), "-ERR a", "-ERR b", false)]
    public void Comparison_tells_same_from_other(string compare, string a, string b, bool same)
        => Assert.Equal(same, Comparison.Same(Enum.Parse<Compare>(compare), Scalar(a), Scalar(b)));

    [Fact]
    public void Unordered_comparison_ignores_order_but_not_number()
    {
        RespReply one = new('*', null, [Scalar("$a"), Scalar("$b")]);
        RespReply two = new('*', null, [Scalar("$b"), Scalar("$a")]);
        RespReply three = new('*', null, [Scalar("$b"), Scalar("$a"), Scalar("$a")]);
        Assert.True(Comparison.Same(Compare.Unordered, one, two));
        Assert.False(Comparison.Same(Compare.Unordered, one, three));
    }

    [Fact]
    public void Accepted_difference_covers_its_own_replies_only()
    {
        AcceptedDifferences accepted = new(["| `get k\\d` | `:1` | `:[23]` | an example |"]);
        Assert.True(accepted.Cover("GET k1", ":1", ":3"));
        Assert.False(accepted.Cover("GET k1", ":1", ":4"));
        Assert.False(accepted.Cover("GET k1 x", ":1", ":3"));
        Assert.Throws<InvalidDataException>(() => new AcceptedDifferences(["| `a` | `b` | `c` |"]));
    }

    internal static bool Known(ServerProcess server, string name)
        // Names no server has are there to be refused.
        => name is "nosuchcommand" or "quitx" || server.Supports(name);

    /// <summary>The same seeds each time, and as many new ones.</summary>
    private static IEnumerable<int> Seeds()
    {
        string? one = Environment.GetEnvironmentVariable("ROTOM_DIFF_SEED");
        if (!string.IsNullOrEmpty(one))
            return [int.Parse(one)];
        int half = (Tools.Full ? 1_000_000 : 50_000) / CommandsASeed / 2;
        int fresh = Environment.TickCount & 0xfffffff;
        return [.. Enumerable.Range(1, half), .. Enumerable.Range(fresh, half)];
    }

    private static RespReply Scalar(string text)
        => new(text[0], text == "_" ? null : Encoding.Latin1.GetBytes(text[1..]));
}
