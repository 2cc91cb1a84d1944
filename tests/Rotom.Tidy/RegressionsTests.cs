using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Rotom.Tidy;

/// <summary>tests/REGRESSIONS.md names tests that are there (R22).</summary>
public sealed partial class RegressionsTests
{
    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        string text = File.ReadAllText(Path.Combine(Source.Root, "tests", "REGRESSIONS.md"));
        string[] named = [.. TestName().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.True(named.Length > 40, "the table is empty");
        string[] sources = [.. Source.Under("tests").Select(file => file.Text)];
        Assert.All(named, name => Assert.Contains(
            sources, source => source.Contains($" {name}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"`(\w+_\w+_\w+)`")]
    private static partial Regex TestName();
}
