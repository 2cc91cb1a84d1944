using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rotom.Compat.Server;
using Xunit;

namespace Rotom.Compat.RedisSuite;

/// <summary>
/// Redis' own TCL tests, a unit a test; which units is said in redis-suite/units.txt. The table
/// of their counts is printed at the end of <c>./rotom test</c> and summed into its last line.
/// </summary>
public sealed class RedisSuiteTests
{
    private static string Folder => Path.Combine(Tools.ProjectFolder, "redis-suite");

    public static IEnumerable<object[]> Units()
        => File.ReadLines(Path.Combine(Folder, "units.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => new object[] { words[1], words[0] });

    [TheoryWith(Need.RedisTests | Need.RedisCli)]
    [MemberData(nameof(Units))]
    public void Unit_of_redis_passes(string unit, string mode)
    {
        // Any python will do here: the driver needs no module.
        string python = Tools.Find("python3") ?? throw new InvalidOperationException("no python3");
        Dictionary<string, string> environment = new() { ["REDIS_TESTS"] = Tools.RedisTests! };
        ProgramResult result = Tools.Run(python,
            [Path.Combine(Folder, "suite.py"), ServerProcess.PathUnderTest(), mode, unit],
            timeoutMs: 900_000, environment: environment);
        string? counts = result.Output.Split('\n')
            .FirstOrDefault(line => line.StartsWith(unit + " ", StringComparison.Ordinal));
        if (counts is not null)
            Record(counts);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private static void Record(string counts)
    {
        Directory.CreateDirectory(Tools.ResultsFolder);
        string path = Path.Combine(Tools.ResultsFolder, "redis-suite.txt");
        if (!File.Exists(path))
        {
            File.WriteAllText(path,
                "  Redis' own tests     passed failed skipped missing seconds\n");
        }
        File.AppendAllText(path, "  " + counts + "\n");
    }
}
