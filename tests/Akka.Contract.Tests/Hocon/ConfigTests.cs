using System;
using System.Linq;
using System.Threading;
using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Hocon;

// Config's readers and fallbacks: akka-surface.md section 9, units of HOCON's specification
// ("Units format").
public sealed class ConfigTests
{
    [Theory]
    [InlineData("10ms", 10)]
    [InlineData("10 ms", 10)]
    [InlineData("250", 250)]
    [InlineData("5s", 5_000)]
    [InlineData("0.5s", 500)]
    [InlineData("1 minute", 60_000)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("3h", 10_800_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("7 seconds", 7_000)]
    [InlineData("3000 micros", 3)]
    [InlineData("5000000 ns", 5)]
    public void A_duration_has_a_unit_or_is_in_milliseconds(string text, int expectedMs)
    {
        TimeSpan read = ConfigurationFactory.ParseString("a = " + text).GetTimeSpan("a");
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), read);
    }

    [Fact]
    public void Infinite_is_a_duration_where_it_is_allowed()
    {
        Config config = ConfigurationFactory.ParseString("a = infinite");
        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("a"));
        Assert.ThrowsAny<FormatException>(() => config.GetTimeSpan("a", null, false));
    }

    [Theory]
    [InlineData("5 parsecs")]
    [InlineData("soon")]
    [InlineData("-5s")]
    public void What_is_no_duration_is_an_error(string text)
    {
        Config config = ConfigurationFactory.ParseString("a = " + text);
        Assert.ThrowsAny<FormatException>(() => config.GetTimeSpan("a"));
    }

    [Theory]
    [InlineData("512", 512)]
    [InlineData("512b", 512)]
    [InlineData("64kB", 64_000)]
    [InlineData("64KiB", 65_536)]
    [InlineData("128 MiB", 134_217_728)]
    [InlineData("1G", 1_073_741_824)]
    [InlineData("2 GB", 2_000_000_000)]
    [InlineData("3 megabytes", 3_000_000)]
    [InlineData("3k", 3_072)]
    public void A_size_has_a_unit_of_tens_or_of_twos(string text, long expected)
    {
        Assert.Equal(expected, ConfigurationFactory.ParseString("a = " + text).GetByteSize("a"));
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void A_boolean_is_on_off_true_or_false(string text, bool expected)
    {
        Config config = ConfigurationFactory.ParseString("a = " + text);
        Assert.Equal(expected, config.GetBoolean("a", !expected));
    }

    [WholeHoconTheory]
    [InlineData("yes", true)]
    [InlineData("no", false)]
    public void A_boolean_may_also_be_yes_or_no(string text, bool expected)
    {
        Assert.Equal(expected, ConfigurationFactory.ParseString("a = " + text).GetBoolean("a"));
    }

    [Fact]
    public void What_is_no_boolean_is_an_error()
    {
        Config config = ConfigurationFactory.ParseString("a = maybe");
        Assert.ThrowsAny<Exception>(() => config.GetBoolean("a"));
    }

    [Fact]
    public void Numbers_are_read_in_every_width()
    {
        Config config = ConfigurationFactory.ParseString(
            "i = -5, l = 9000000000, f = 1.5, d = 1e3");
        Assert.Equal(-5, config.GetInt("i"));
        Assert.Equal(9_000_000_000, config.GetLong("l"));
        Assert.Equal(1000.0, config.GetDouble("d"));
        Assert.ThrowsAny<FormatException>(() => config.GetInt("f"));
        Assert.ThrowsAny<OverflowException>(() => config.GetInt("l"));
    }

    [Fact]
    public void A_path_without_value_gives_the_default()
    {
        Config config = ConfigurationFactory.ParseString("a = 1");
        Assert.Equal("d", config.GetString("b", "d"));
        Assert.Null(config.GetString("b"));
        Assert.Equal(3, config.GetInt("b", 3));
        Assert.Equal(4L, config.GetLong("b.c.d", 4));
        Assert.True(config.GetBoolean("b", true));
        Assert.Equal(5L, config.GetByteSize("b", 5));
        Assert.Equal(TimeSpan.FromSeconds(2), config.GetTimeSpan("b", TimeSpan.FromSeconds(2)));
        Assert.Empty(config.GetStringList("b"));
        Assert.Equal(["x"], config.GetStringList("b", ["x"]));
        Assert.False(config.HasPath("b"));
        Assert.True(config.GetConfig("b").IsNullOrEmpty());
    }

    [Fact]
    public void A_fallback_fills_in_what_is_missing_and_joins_sections()
    {
        Config above = ConfigurationFactory.ParseString("a { x = 1, list = [1] }\nb = 1");
        Config below = ConfigurationFactory.ParseString("a { x = 2, y = 2, list = [2] }\nc = 2");
        Config config = above.WithFallback(below);
        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
        Assert.Equal([1], config.GetIntList("a.list"));
        Assert.Equal(1, config.GetInt("b"));
        Assert.Equal(2, config.GetInt("c"));
        Assert.Equal(2, config.GetConfig("a").GetInt("y"));
        Assert.False(above.HasPath("c"));
        Assert.Equal(["a", "b", "c"], config.AsEnumerable().Select(item => item.Key).Order());
    }

    [Fact]
    public void Fallbacks_are_asked_in_the_order_they_were_added()
    {
        Config one = ConfigurationFactory.ParseString("a = 1");
        Config two = ConfigurationFactory.ParseString("a = 2, b = 2");
        Config three = ConfigurationFactory.ParseString("a = 3, b = 3, c = 3");
        Config config = one.WithFallback(two).WithFallback(three);
        Assert.Equal("1 2 3", $"{config.GetInt("a")} {config.GetInt("b")} {config.GetInt("c")}");
        Config nested = one.WithFallback(two.WithFallback(three));
        Assert.Equal("1 2 3", $"{nested.GetInt("a")} {nested.GetInt("b")} {nested.GetInt("c")}");
    }

    [Fact]
    public void A_config_is_not_its_own_fallback()
    {
        Config config = ConfigurationFactory.ParseString("a = 1");
        Assert.Throws<ArgumentException>(() => config.WithFallback(config));
        Assert.Same(config, config.SafeWithFallback(config));
        Config? none = null;
        Assert.Same(config, none.SafeWithFallback(config));
    }

    [Fact]
    public void An_empty_config_has_no_key()
    {
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.True(Config.Empty.IsNullOrEmpty());
        Assert.True(ConfigurationFactory.ParseString("").IsEmpty);
        Assert.False(ConfigurationFactory.ParseString("a = 1").IsEmpty);
        Config filled = Config.Empty.WithFallback(ConfigurationFactory.ParseString("a = 1"));
        Assert.Equal(1, filled.GetInt("a"));
    }

    [Fact]
    public void A_string_converts_to_a_config()
    {
        Config config = "a.b = 1";
        Assert.Equal(1, config.GetInt("a.b"));
    }

    [WholeHoconFact]
    public void A_config_prints_as_hocon_that_reads_the_same()
    {
        Config config = ConfigurationFactory.ParseString(
            "a { b = \"x y\", \"c.d\" = [1, 2], e { f = off } }");
        Config again = ConfigurationFactory.ParseString(config.ToString());
        Assert.Equal("x y", again.GetString("a.b"));
        Assert.Equal([1, 2], again.GetIntList("a.\"c.d\""));
        Assert.False(again.GetBoolean("a.e.f", true));
    }
}
