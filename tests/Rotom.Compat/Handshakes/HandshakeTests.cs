using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Handshakes;

/// <summary>
/// Replays what each client says when it connects, as its source has it, and checks that every
/// command gets one reply, in order, of the shape the client can live with.
/// </summary>
public sealed class HandshakeTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static string Folder => Path.Combine(Tools.ProjectFolder, "Handshakes");

    public static IEnumerable<object[]> Names()
        => Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal)
            .Select(path => new object[] { Path.GetFileNameWithoutExtension(path) });

    [Theory]
    [MemberData(nameof(Names))]
    public void Handshake_is_answered_in_order(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, name + ".txt"));
        Transcript transcript = Transcript.Parse(lines);
        ServerProcess server = fixture.Empty();
        List<RespConnection> open = [];
        foreach (List<List<Exchange>> batches in transcript.Connections)
        {
            RespConnection client = server.Connect();
            open.Add(client);
            foreach (List<Exchange> batch in batches)
                Replay(client, batch);
            Assert.True(client.IsSilent(), "more replies than commands");
        }
        foreach (RespConnection client in open)
        {
            // A connection that has subscribed in RESP2 may say no more than this.
            RespReply pong = client.Call("PING");
            Assert.Contains(pong.ToString(), new[] { "+PONG", "*[2 $\"pong\" $\"\"]" });
            client.Dispose();
        }
        Assert.True(transcript.CommandCount > 2, "the transcript is nearly empty");
    }

    private static void Replay(RespConnection client, List<Exchange> batch)
    {
        MemoryStream bytes = new();
        foreach (Exchange exchange in batch)
            RespConnection.WriteCommand(bytes, exchange.Command);
        client.Send(bytes.ToArray());
        foreach (Exchange exchange in batch)
        {
            RespReply reply = client.Read();
            Assert.True(exchange.Shape.Matches(reply),
                $"{exchange.Text}\n  wanted {exchange.Shape}\n  got    {reply}");
        }
    }

    [Fact]
    public void Failed_authentication_inside_a_pipeline_is_answered_in_its_place()
    {
        using ServerProcess server = ServerProcess.Start("--requirepass", "secret");
        using RespConnection client = server.Connect();
        client.Send([
            .. RespConnection.Encode("AUTH", "wrong"),
            .. RespConnection.Encode("HELLO", "3", "AUTH", "default", "wrong"),
            .. RespConnection.Encode("PING"),
            .. RespConnection.Encode("AUTH", "default", "secret"),
            .. RespConnection.Encode("ECHO", "in"),
        ]);
        Assert.StartsWith("WRONGPASS ", client.Read().Text, StringComparison.Ordinal);
        Assert.StartsWith("WRONGPASS ", client.Read().Text, StringComparison.Ordinal);
        Assert.StartsWith("NOAUTH ", client.Read().Text, StringComparison.Ordinal);
        Assert.Equal("+OK", client.Read().ToString());
        Assert.Equal("$\"in\"", client.Read().ToString());
    }

    [Theory]
    [InlineData("+OK", "+OK", true)]
    [InlineData("+OK", "-ERR no", false)]
    [InlineData("+OK | -ERR", "-ERR no", true)]
    [InlineData("$=ab", "$\"abc\"", false)]
    [InlineData("$ab", "$\"abc\"", true)]
    [InlineData("_", "$null", true)]
    [InlineData("*2", "*[1 :1]", false)]
    [InlineData("%{proto=3}", "%[2 $\"proto\" :3]", true)]
    [InlineData("%{proto=3}", "*[2 $\"proto\" :3]", false)]
    [InlineData("%{proto=3}", "%[2 $\"proto\" :2]", false)]
    [InlineData("*[a 1]", "*[2 $\"a\" :1]", true)]
    [InlineData("*[a 2]", "*[2 $\"a\" :1]", false)]
    public void Shape_tells_right_from_wrong(string shape, string reply, bool matches)
        => Assert.Equal(matches, ReplyShape.Parse(shape).Matches(FromText(reply)));

    private static RespReply FromText(string text)
    {
        if (text[1] != '[')
        {
            string scalar = text[1..].Trim('"');
            return new RespReply(text[0],
                scalar == "null" ? null : System.Text.Encoding.Latin1.GetBytes(scalar));
        }
        string[] parts = text[2..^1].Split(' ')[1..];
        return new RespReply(text[0], null, Array.ConvertAll(parts, FromText));
    }
}
