using System;
using System.IO;
using System.Text;
using Xunit;

namespace Rotom.App.Tests;

public sealed class CheckAofTests
{
    private const string Set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";

    [Fact]
    public void A_sound_journal_is_valid()
    {
        using TempFiles files = new();
        string manifest = Journal(files, "#AFTER:0\r\n#SEQ:1\r\n" + Set);
        (int code, string text) = Check("", manifest);
        Assert.Equal(0, code);
        Assert.Contains(
            "INCR AOF a.1.incr.aof is valid\nAll AOF files and manifest are valid", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_end_is_cut_when_that_is_wanted()
    {
        using TempFiles files = new();
        string manifest = Journal(files, Set + Set[..10]);
        string incr = files.Path("a.1.incr.aof");
        Assert.Equal(1, Check("", manifest).Code);
        Assert.Equal(1, Check("n\n", "--fix", manifest).Code);
        Assert.Equal(Set.Length + 10, new FileInfo(incr).Length);
        Assert.Equal(0, Check("y\n", "--fix", manifest).Code);
        Assert.Equal(Set, File.ReadAllText(incr));
        Assert.Equal(0, Check("", incr).Code);
    }

    [Fact]
    public void A_file_that_is_not_the_last_is_never_cut()
    {
        using TempFiles files = new();
        string manifest = Journal(files, Set[..10]);
        File.AppendAllText(manifest, "file a.2.incr.aof seq 2 type i\n");
        File.WriteAllText(files.Path("a.2.incr.aof"), Set);
        (int code, string text) = Check("y\n", "--fix", manifest);
        Assert.Equal(1, code);
        Assert.Contains("because it is not the last file", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_cut_back_to_a_time_or_a_number()
    {
        using TempFiles files = new();
        string one = "#TS:100\r\n#SEQ:1\r\n" + Set;
        string manifest = Journal(files, one + "#TS:200\r\n#SEQ:2\r\n" + Set);
        string incr = files.Path("a.1.incr.aof");
        Assert.Equal(0, Check("", "--truncate-to-seq", "2", manifest).Code);
        Assert.Equal(0, Check("", "--truncate-to-timestamp", "150", manifest).Code);
        Assert.Equal(one, File.ReadAllText(incr));
        File.WriteAllText(incr, one + "#SEQ:2\r\n" + Set);
        Assert.Equal(0, Check("", "--truncate-to-seq", "1", manifest).Code);
        Assert.Equal(one, File.ReadAllText(incr));
    }

    [Theory]
    [InlineData]
    [InlineData("--fix")]
    [InlineData("--fix", "--truncate-to-seq", "1", "x")]
    [InlineData("--truncate-to-seq", "x", "file")]
    [InlineData("--other", "file")]
    [InlineData("not-there.aof")]
    public void What_cannot_be_done_ends_with_1(params string[] words) =>
        Assert.Equal(1, Check("", words).Code);

    // CVE-2025-27151: names longer than any path, a manifest that leaves its directory or names
    // itself.
    [Fact]
    public void CVE_2025_27151_check_tools_end_with_an_error_on_hostile_names()
    {
        using TempFiles files = new();
        string[] names =
        [
            "../a.1.incr.aof", "/etc/passwd", "a.manifest", "x/../../a.1.incr.aof",
            new string('x', 10_000), "..",
        ];
        foreach (string name in names)
        {
            string manifest = Journal(files, Set);
            File.WriteAllText(manifest, $"file {name} seq 1 type i\n");
            Assert.Equal(1, Check("y\n", "--fix", manifest).Code);
            Assert.Equal($"file {name} seq 1 type i\n", File.ReadAllText(manifest));
        }

        string path = files.Path(new string('x', 10_000));
        Assert.Equal(1, Check("", path).Code);
        Assert.Equal(1, CheckRdb.Run(path, TextWriter.Null));
    }

    private static string Journal(TempFiles files, string incr)
    {
        string manifest = files.Path("a.manifest");
        File.WriteAllText(manifest, "file a.1.incr.aof seq 1 type i\n");
        File.WriteAllBytes(files.Path("a.1.incr.aof"), Encoding.Latin1.GetBytes(incr));
        return manifest;
    }

    private static (int Code, string Text) Check(string input, params string[] words)
    {
        using StringWriter output = new() { NewLine = "\n" };
        int code = CheckAof.Run(words, new StringReader(input), output);
        return (code, output.ToString());
    }
}
