using System;
using System.Globalization;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>Conditions on what a key holds, as Redis 8.4 documents them.</summary>
public sealed class CompareTests
{
    // What System.IO.Hashing makes of bytes 3, 10, 17...; around every change of method.
    [Theory]
    [InlineData(0, "2d06800538d394c2")]
    [InlineData(1, "13e608bc156defed")]
    [InlineData(2, "1c9074b93943b86c")]
    [InlineData(3, "a9088dda485b481c")]
    [InlineData(4, "6d9253b16c8b1ed3")]
    [InlineData(5, "998620e10e3a4b37")]
    [InlineData(7, "8e8291ad89127e2e")]
    [InlineData(8, "60539db630471163")]
    [InlineData(9, "feff668361d723a8")]
    [InlineData(12, "6829454be0cc3199")]
    [InlineData(16, "b8c859b0f030b585")]
    [InlineData(17, "714a04408e79b80f")]
    [InlineData(31, "ed41ac283d0674b3")]
    [InlineData(32, "19ff4ee1d6ba1a55")]
    [InlineData(33, "3e44983ad21679c8")]
    [InlineData(64, "287eb1fa9e4be2c1")]
    [InlineData(65, "829218de4d798646")]
    [InlineData(96, "f084e7cfbc624743")]
    [InlineData(97, "1daa83271a8e7b7c")]
    [InlineData(128, "67425a03650261bf")]
    [InlineData(129, "c664bf3311c6abc4")]
    [InlineData(130, "a620cbbc569eeeab")]
    [InlineData(144, "606a17fa700bb932")]
    [InlineData(160, "d70dea8de694b883")]
    [InlineData(239, "1d861931c1f3cafa")]
    [InlineData(240, "64556dc6b462a6cf")]
    [InlineData(241, "8beadd3a8874fe17")]
    [InlineData(255, "b67b6637a76e6c39")]
    [InlineData(256, "3c38817f6d79c0da")]
    [InlineData(512, "f58202b8d9019d1d")]
    [InlineData(1023, "d26986a0b85dcc44")]
    [InlineData(1024, "9b81661c641c72b1")]
    [InlineData(1025, "806c2072ed713576")]
    [InlineData(1088, "2f8781e01841f0da")]
    [InlineData(2048, "abe604813ba62ed1")]
    [InlineData(4097, "a51ead018cadb378")]
    public void Digests_are_those_of_XXH3(int length, string digest)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + 3))];
        Assert.Equal(digest, Xxh3.Hash(data).ToString("x16", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("SET k w IFEQ v", "+OK", "SET k w")]
    [InlineData("SET k w IFEQ x", "$-1", "")]
    [InlineData("SET k w IFNE x", "+OK", "SET k w")]
    [InlineData("SET k w ifne v", "$-1", "")]
    [InlineData("SET k w IFDEQ {v}", "+OK", "SET k w")]
    [InlineData("SET k w IFDNE {v}", "$-1", "")]
    [InlineData("SET k w IFDEQ {x}", "$-1", "")]
    [InlineData("SET k w IFDNE {x}", "+OK", "SET k w")]
    [InlineData("SET n 6 IFEQ 5", "+OK", "SET n 6")]
    [InlineData("SET no w IFEQ v", "$-1", "")]
    [InlineData("SET no w IFNE v", "+OK", "SET no w")]
    [InlineData("SET no w IFDEQ {v}", "$-1", "")]
    [InlineData("SET no w IFDNE {v}", "+OK", "SET no w")]
    [InlineData("SET k w IFEQ v GET", "$v", "SET k w")]
    [InlineData("SET k w IFEQ x GET", "$v", "")]
    [InlineData("SET k w IFEQ v EX 10", "+OK", "SET k w PXAT 1800000010000")]
    [InlineData("SET k w KEEPTTL IFEQ v", "+OK", "SET k w KEEPTTL")]
    [InlineData("SET k w IFEQ v NX", "-ERR syntax error", "")]
    [InlineData("SET k w XX IFEQ v", "-ERR syntax error", "")]
    [InlineData("SET k w IFEQ v IFNE x", "-ERR syntax error", "")]
    [InlineData("SET k w IFEQ", "-ERR syntax error", "")]
    [InlineData("SET k w IFDEQ abc", "-ERR digest must be exactly 16 hexadecimal characters", "")]
    [InlineData("SET l w IFEQ v",
        "-WRONGTYPE Operation against a key holding the wrong kind of value", "")]
    [InlineData("DELEX k", ":1", "DEL k")]
    [InlineData("DELEX l", ":1", "DEL l")]
    [InlineData("DELEX no", ":0", "")]
    [InlineData("DELEX k IFEQ v", ":1", "DEL k")]
    [InlineData("DELEX k IFEQ x", ":0", "")]
    [InlineData("DELEX k IFNE v", ":0", "")]
    [InlineData("DELEX k IFNE x", ":1", "DEL k")]
    [InlineData("DELEX k IFDEQ {v}", ":1", "DEL k")]
    [InlineData("DELEX k IFDNE {v}", ":0", "")]
    [InlineData("DELEX no IFNE x", ":0", "")]
    [InlineData("DELEX k IFEQ", "-ERR syntax error", "")]
    [InlineData("DELEX k NOSUCH v", "-ERR syntax error", "")]
    [InlineData("DELEX k IFEQ v x", "-ERR syntax error", "")]
    [InlineData("DELEX k IFDEQ xyz", "-ERR digest must be exactly 16 hexadecimal characters", "")]
    [InlineData("DELEX l IFEQ v",
        "-WRONGTYPE Operation against a key holding the wrong kind of value", "")]
    [InlineData("DIGEST no", "$-1", "")]
    [InlineData("DIGEST k", "${v}", "")]
    [InlineData("DIGEST l",
        "-WRONGTYPE Operation against a key holding the wrong kind of value", "")]
    public void Conditions_compare_value_or_digest(string command, string reply, string effect)
    {
        using EngineHost host = new();
        host.Send("SET k v");
        host.Send("SET n 5");
        host.Send("RPUSH l a");
        Assert.Equal(Filled(reply), host.Send(Filled(command)));
        Assert.Equal(effect, Effect.Of(host));
    }

    private static string Filled(string text) => text
        .Replace("{v}", Digest("v"u8), StringComparison.Ordinal)
        .Replace("{x}", Digest("x"u8), StringComparison.Ordinal);

    private static string Digest(ReadOnlySpan<byte> text) =>
        Xxh3.Hash(text).ToString("x16", CultureInfo.InvariantCulture);
}
