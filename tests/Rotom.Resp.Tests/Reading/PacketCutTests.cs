using System;
using System.Linq;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Resp.Tests.Reading;

// Goal: what a request means does not depend on the packets it came in, and two parsers written
// apart agree on it. Method: random inputs, valid and broken; each is fed whole, cut in two at
// every place, and byte by byte. Counts: 1,000 inputs, or 20,000 with ROTOM_TEST_FULL=1.
public class PacketCutTests
{
    private static readonly bool s_full =
        Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    private readonly CommandBatch _batch = new(1 << 17);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_cut_gives_the_same_commands(bool authenticated)
    {
        int seed = Environment.TickCount;
        RequestMutator mutator = new(seed, []);
        int inputs = s_full ? 10_000 : 500;
        for (int i = 0; i < inputs; i++)
        {
            byte[] input = mutator.Next();
            string whole = Parse(input, authenticated, input.Length);
            if (authenticated) Assert.Equal(Model(input), whole);
            for (int cut = 1; cut < input.Length; cut++)
            {
                Same(whole, Parse(input, authenticated, cut, input.Length), seed, i, cut);
            }

            int[] single = [.. Enumerable.Range(1, input.Length)];
            Same(whole, Parse(input, authenticated, single), seed, i, -1);
        }
    }

    private static void Same(string whole, string cut, int seed, int input, int at) => Assert.True(
        whole == cut, $"seed {seed}, input {input}, cut at {at}:\n{whole}\nbecame\n{cut}");

    private static string Model(byte[] input)
    {
        RequestModel model = new RequestModel(input).Run();
        StringBuilder text = new();
        foreach (string[] command in model.Commands) text.AppendLine(string.Join('|', command));
        QueryResult result = model.Error is null ? QueryResult.Ok : QueryResult.ProtocolError;
        return text.Append(model.Error).Append(' ').Append(result).Append(model.Left).ToString();
    }

    private string Parse(byte[] input, bool authenticated, params int[] cuts)
    {
        ParsedCommands parsed = new(_batch, authenticated);
        int start = 0;
        foreach (int cut in cuts)
        {
            parsed.Feed(input.AsSpan(start, cut - start));
            start = cut;
        }

        string text = parsed.ToString() + parsed.Buffer.Length;
        parsed.Buffer.Release();
        return text;
    }
}
