using System;
using System.Globalization;
using System.Text;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class AllocationTests
{
    [Fact]
    public void Get_set_and_incr_allocate_nothing_on_the_managed_heap()
    {
        using RotomEngine engine = new(new ManualClock(), new XoshiroRandom(1), new ServerConfig());
        ReplyBatch output = new();
        engine.SetOutput(0, output);
        ClientLink link = new(1, 0, "127.0.0.1:1", "127.0.0.1:2", 8, false);
        engine.OpenClient(link);
        CommandBatch batch = Batch(link);
        for (int i = 0; i < 50; i++) Turn(engine, batch, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++) Turn(engine, batch, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static CommandBatch Batch(ClientLink link)
    {
        CommandBatch batch = new();
        batch.BeginRun(link);
        for (int i = 0; i < 100; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"key:{i:D12}");
            Add(batch, "SET", key, "value");
            Add(batch, "GET", key);
            Add(batch, "INCR", "n" + key);
        }

        batch.EndRun();
        return batch;
    }

    private static void Add(CommandBatch batch, params string[] words)
    {
        int first = batch.ArgCount;
        foreach (string word in words) batch.AddCopy(Encoding.ASCII.GetBytes(word));
        batch.EndCommand(first);
    }

    private static void Turn(RotomEngine engine, CommandBatch batch, ReplyBatch output)
    {
        engine.Execute(batch);
        engine.EndTurn();
        output.Finish();
        output.Reset();
    }
}
