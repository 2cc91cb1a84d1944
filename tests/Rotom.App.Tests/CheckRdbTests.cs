using System;
using System.IO;
using Xunit;

namespace Rotom.App.Tests;

public sealed class CheckRdbTests
{
    [Fact]
    public void A_sound_file_is_reported_with_what_it_holds()
    {
        using TempFiles files = new();
        string path = files.Path("dump.rdb");
        File.WriteAllBytes(path, [
            .. "REDIS0010"u8, 0xFA, 1, (byte)'n', 1, (byte)'v', 0xFE, 0,
            0xFC, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'k', 1, (byte)'v', 0xFF,
            0, 0, 0, 0, 0, 0, 0, 0]);
        (int code, string text) = Check(path);
        Assert.Equal(0, code);
        Assert.Contains("[offset 14] AUX FIELD n = 'v'\n", text, StringComparison.Ordinal);
        Assert.Contains("RDB looks OK!", text, StringComparison.Ordinal);
        Assert.Contains("[info] 1 keys read\n[info] 1 expires\n[info] 1 already expired\n", text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REDIS0010")]
    [InlineData("REDIS0099")]
    [InlineData("")]
    [InlineData("REDIS0010\0\u0001k")]
    [InlineData("REDIS0010\u0006\u0001k")]
    public void A_file_that_is_not_sound_is_said_to_be_so(string contents)
    {
        using TempFiles files = new();
        string path = files.Path("dump.rdb");
        File.WriteAllText(path, contents);
        (int code, string text) = Check(path);
        Assert.Equal(1, code);
        Assert.Contains("RDB ERROR DETECTED", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_ends_in_one_line()
    {
        using TempFiles files = new();
        (int code, string text) = Check(files.Path(new string('x', 10_000)));
        Assert.Equal(1, code);
        Assert.StartsWith("Cannot open file ", text, StringComparison.Ordinal);
        Assert.Equal(1, Check(null).Code);
    }

    private static (int Code, string Text) Check(string? path)
    {
        using StringWriter output = new() { NewLine = "\n" };
        int code = CheckRdb.Run(path, output);
        return (code, output.ToString());
    }
}
