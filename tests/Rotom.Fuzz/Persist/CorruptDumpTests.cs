using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Fuzz.Persist;

/// <summary>
/// The payloads that once broke Redis, from its own test, which $REDIS_TESTS has when it names an
/// unpacked source tree: each is refused, or makes a value that stands every proof.
/// </summary>
public partial class CorruptDumpTests(ITestOutputHelper output)
{
    [Fact]
    public void Payloads_that_broke_Redis_do_no_harm()
    {
        string tree = Environment.GetEnvironmentVariable("REDIS_TESTS") ?? "";
        string path = Path.Combine(tree, "tests", "integration", "corrupt-dump.tcl");
        if (!File.Exists(path))
        {
            output.WriteLine("not run: REDIS_TESTS names no source tree of Redis");
            return;
        }

        int refused = 0;
        List<byte[]> payloads = [];
        foreach (Match found in Payload().Matches(File.ReadAllText(path)))
            payloads.Add(Unescape(found.Groups[1].Value));
        using EngineHost host = new(config => config.EnableDebugCommand = DangerousAccess.Yes);
        host.Send("DEBUG SET-SKIP-CHECKSUM-VALIDATION 1");
        foreach (byte[] payload in payloads)
        {
            string reply = host.Send(
                ["RESTORE"u8.ToArray(), "k"u8.ToArray(), "0"u8.ToArray(), payload,
                "REPLACE"u8.ToArray()]);
            Assert.True(reply == "+OK" || reply.StartsWith("-ERR ", StringComparison.Ordinal));
            if (reply != "+OK") refused++;
            host.Engine.CheckInvariants();
            foreach (string command in (string[])["DUMP k", "COPY k c REPLACE", "DEL k"])
            {
                Assert.DoesNotContain(
                    "internal error", host.Send(command), StringComparison.Ordinal);
            }
        }

        output.WriteLine($"{payloads.Count} payloads, {refused} refused");
        Assert.InRange(payloads.Count, 50, 500);
    }

    [GeneratedRegex("restore \\S+ 0 \"((?:[^\"\\\\]|\\\\.)*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Payload();

    private static byte[] Unescape(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
            }
            else if (text[++i] == 'x')
            {
                bytes.Add(byte.Parse(
                    text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add(text[i] switch
                {
                    'n' => 10,
                    'r' => 13,
                    't' => 9,
                    char other => (byte)other,
                });
            }
        }

        return [.. bytes];
    }
}
