using Rotom.Engine.Persist;
using Xunit;

namespace Rotom.Engine.Tests.Persist;

public sealed class AofManifestTests
{
    [Fact]
    public void A_manifest_is_read_as_it_was_written()
    {
        AofManifest manifest = new(
            new AofFile("a.2.base.rdb", 2, AofFileKind.Base),
            [new AofFile("a.7.incr.aof", 7, AofFileKind.Incr),
                new AofFile("a.8.incr.aof", 8, AofFileKind.Incr)],
            [new AofFile("with \"quote\" \u00ff", 6, AofFileKind.History)]);
        string text = manifest.Format();
        Assert.True(AofManifest.TryParse(text, out AofManifest read, out _));
        Assert.Equal(text, read.Format());
        Assert.StartsWith("file a.2.base.rdb seq 2 type b\n", text);
        Assert.Equal("a.9.incr.aof", read.NextIncr("a").Name);
        Assert.Equal("a.3.base.rdb", read.NextBase("a", rdb: true).Name);
    }

    [Fact]
    public void A_new_base_makes_history_of_all_that_it_holds()
    {
        AofManifest manifest = AofManifest.Empty;
        manifest = manifest.With(manifest.NextIncr("a"));
        manifest = manifest.With(manifest.NextIncr("a"));
        manifest = manifest.WithBase(manifest.NextBase("a", rdb: false), 2);
        Assert.Equal(
            "file a.1.base.aof seq 1 type b\nfile a.1.incr.aof seq 1 type h\n"
            + "file a.2.incr.aof seq 2 type i\n",
            manifest.Format());
    }

    // The texts are those of redis-server 7.0.15.
    [Theory]
    [InlineData("", "Found an empty AOF manifest")]
    [InlineData("file a seq 1 type i\n\n", "Invalid AOF manifest file format")]
    [InlineData("file a seq 1\n", "Invalid AOF manifest file format")]
    [InlineData("file a seq 1 type i extra\n", "Invalid AOF manifest file format")]
    [InlineData("file a seq x type i\n", "Invalid AOF manifest file format")]
    [InlineData("seq 1 type i key value\n", "Invalid AOF manifest file format")]
    [InlineData("file \"a seq 1 type i\n", "Invalid AOF manifest file format")]
    [InlineData("file a/b seq 1 type i\n", "File can't be a path, just a filename")]
    [InlineData("file ../a seq 1 type i\n", "File can't be a path, just a filename")]
    [InlineData("file a seq 1 type k\n", "Unknown AOF file type")]
    [InlineData(
        "file a seq 1 type b\nfile b seq 2 type b\n", "Found duplicate base file information")]
    [InlineData(
        "file a seq 2 type i\nfile b seq 1 type i\n", "Found a non-monotonic sequence number")]
    [InlineData(
        "file a seq 2 type i\nfile b seq 2 type i\n", "Found a non-monotonic sequence number")]
    public void What_is_wrong_is_said(string text, string error)
    {
        Assert.False(AofManifest.TryParse(text, out _, out string said));
        Assert.EndsWith(error, said);
    }

    [Fact]
    public void A_line_of_a_kilobyte_is_too_long()
    {
        string text = "file a seq 1 type i\nfile " + new string('a', 1100) + " seq 2 type i\n";
        Assert.False(AofManifest.TryParse(text, out _, out string said));
        Assert.EndsWith("The AOF manifest file contains too long line", said);
        Assert.Contains("at line 2", said);
    }

    [Fact]
    public void Comments_and_unknown_keys_are_passed_over() => Assert.True(AofManifest.TryParse(
        "# a comment\nfile a seq 1 type b newkey newvalue\n  file b seq 1 type i \r\n", out _,
        out _));
}
