using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;
using Rotom.Resp.Tests.Reading;
using Xunit;

namespace Rotom.Fuzz.Resp;

// Goal (reliability R1): whatever a client sends, the request parser answers commands, "need more"
// or a protocol error, as the slow second parser does, and allocates no more than 64 KB and the
// input. Method: mutated requests, fed in random packets; nothing but those results may come out,
// so any exception fails the test.
public class RequestFuzzTests
{
    private const int AllocatedMax = 64 << 10;
    private static readonly ClientLink Link = new(1, 0, "a", "b", 3, false);

    private readonly CommandBatch _batch = new(1 << 17);

    [Fact]
    public void The_request_parser_survives_anything_and_agrees_with_the_slow_one()
    {
        int seed = FuzzBudget.Seed();
        int inputs = FuzzBudget.Inputs(quick: 200_000, full: 20_000_000);
        RequestMutator mutator = new(seed, FuzzBudget.Corpus("resp"));
        Random random = new(seed);
        for (int i = 0; i < inputs; i++) Check(mutator.Next(), random, $"seed {seed}, input {i}");
    }

    [Fact]
    public void The_corpus_is_parsed_as_the_slow_parser_does()
    {
        List<byte[]> corpus = FuzzBudget.Corpus("resp");
        Assert.NotEmpty(corpus);
        Random random = new(1);
        for (int i = 0; i < corpus.Count; i++) Check(corpus[i], random, $"corpus {i}");
    }

    private void Check(byte[] input, Random random, string where)
    {
        QueryBuffer buffer = new(new RespLimits());
        RequestModel model = new RequestModel(input).Run();
        int command = 0;
        long allocated = 0;
        int at = 0;
        QueryResult result = QueryResult.Ok;
        string? error = null;
        while (at < input.Length && result == QueryResult.Ok)
        {
            int n = random.Next(3) == 0
                ? random.Next(1, Math.Min(20, input.Length - at) + 1)
                : input.Length - at;
            long before = GC.GetAllocatedBytesForCurrentThread();
            ArraySegment<byte> to = buffer.ReceiveInto(_batch);
            n = Math.Min(n, to.Count);
            input.AsSpan(at, n).CopyTo(to);
            result = buffer.ParseReceived(_batch, Link, n);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            at += n;
            foreach (CommandRun run in _batch.Runs) error ??= run.ProtocolError;
            foreach (CommandRef parsed in _batch.Commands)
            {
                Assert.True(command < model.Commands.Count && Same(parsed, model.Commands[command]),
                    $"{where}: command {command} differs in {Convert.ToBase64String(input)}");
                command++;
            }

            _batch.Reset();
        }

        Assert.True(error == model.Error, $"{where}: '{error}' instead of '{model.Error}'");
        Assert.True(command == model.Commands.Count, $"{where}: {command} commands");
        Assert.True(buffer.Length == model.Left, $"{where}: {buffer.Length} bytes left");
        // Buffers double, which shows where an input is longer than the first of them.
        int room = input.Length < AllocatedMax ? input.Length : 2 * input.Length;
        Assert.True(
            allocated <= AllocatedMax + room,
            $"{where}: {allocated} allocated for {input.Length}");
        buffer.Release();
    }

    private bool Same(CommandRef parsed, string[] expected)
    {
        if (parsed.ArgCount != expected.Length) return false;
        for (int i = 0; i < expected.Length; i++)
        {
            ReadOnlySpan<byte> bytes = _batch.Bytes(_batch.Args[parsed.FirstArg + i]);
            if (Encoding.Latin1.GetString(bytes) != expected[i]) return false;
        }

        return true;
    }
}
