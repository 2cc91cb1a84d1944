using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Memory;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class TrackingTableTests
{
    [Theory]
    [InlineData(1, 10, 5)]
    [InlineData(2, 200, 3)]
    [InlineData(3, 3, 400)]
    [InlineData(4, 1000, 40)]
    public void Any_reads_and_changes_leave_what_a_dictionary_would_hold(
        int seed, int keys, int clients)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        TrackingTable table = new(heap, new HashSeed(1, 2));
        long empty = heap.UsedBytes;
        SortedDictionary<string, SortedSet<long>> model = [];
        List<long> ids = [];
        for (int step = 0; step < 20_000; step++)
        {
            string where = $"seed {seed}, step {step}";
            int number = random.Below(keys);
            string key = $"key:{number}:" + new string('x', number % 23);
            byte[] bytes = Encoding.ASCII.GetBytes(key);
            ids.Clear();
            switch (random.Below(10))
            {
                case 0:
                    bool known = table.TryForget(bytes, ids);
                    Check(where, model, key, known, ids);
                    break;
                case 1 when random.OneIn(4):
                    byte[]? any = table.ForgetAny(random, ids);
                    Assert.True(any is null == (model.Count == 0), where);
                    if (any is null) break;
                    Check(where, model, Encoding.ASCII.GetString(any), true, ids);
                    break;
                case 2 when random.OneIn(300):
                    table.Clear();
                    model.Clear();
                    break;
                case 3:
                    table.FreeSome(2);
                    break;
                default:
                    long id = 1 + random.Below(clients);
                    table.Remember(bytes, id);
                    if (!model.TryGetValue(key, out SortedSet<long>? readers))
                        model[key] = readers = [];
                    readers.Add(id);
                    break;
            }

            Assert.True(table.Keys == model.Count, where);
            if (step % 500 == 0) table.DeepCheck();
        }

        Assert.Equal(model.Values.Sum(readers => (long)readers.Count), table.Items);
        table.Clear();
        while (table.FreeSome(100))
        {
        }

        Assert.Equal(empty, heap.UsedBytes);
        heap.DeepCheck();
    }

    private static void Check(
        string where, SortedDictionary<string, SortedSet<long>> model, string key, bool known,
        List<long> ids)
    {
        Assert.True(model.TryGetValue(key, out SortedSet<long>? readers) == known, where);
        Assert.True(ids.SequenceEqual(readers ?? []), where);
        model.Remove(key);
    }
}
