using System;
using System.Linq;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Resp.Tests.Reading;

// Goal: what a request means does not depend on the packets it came in, and two parsers written
// apart agree on it. Method: random inputs, valid and broken; each is fed whole, cut in two at
// every place, and byte by byte. Counts: 500 inputs as a stranger and 500 as one who is known, or
// 20,000 each with ROTOM_TEST_FULL=1, which are 20 million cuts.
public class PacketCutTests(ITestOutputHelper output)
{
    private static readonly bool s_full =
        Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    private readonly CommandBatch _batch = new(1 << 17);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void R2_any_cut_gives_the_same_commands(bool authenticated)
    {
        int seed = Environment.TickCount;
        RequestMutator mutator = new(seed, []);
        long cuts = 0;
        int inputs = s_full ? 20_000 : 500;
        for (int i = 0; i < inputs; i++)
        {
            byte[] input = mutator.Next();
            string whole = Parse(input, authenticated, input.Length);
            if (authenticated) Assert.Equal(Model(input), whole);
            cuts += input.Length;
            for (int cut = 1; cut < input.Length; cut++)
            {
                Same(whole, Parse(input, authenticated, cut, input.Length), seed, i, cut);
            }

            int[] single = [.. Enumerable.Range(1, input.Length)];
            Same(whole, Parse(input, authenticated, single), seed, i, -1);
        }

        output.WriteLine($"R2: {inputs:N0} inputs, {cuts:N0} ways to cut them, seed {seed}");
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
