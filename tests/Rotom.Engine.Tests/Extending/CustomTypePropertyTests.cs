using System;
using System.Collections.Generic;
using System.IO;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Commands;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Persist;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Extending;

/// <summary>
/// Values of a custom type against a plain model, while snapshots are cut, the journal is replayed
/// and the data set is loaded anew.
/// </summary>
public sealed class CustomTypePropertyTests(ITestOutputHelper output)
{
    private const int Keys = 12;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_is_done_snapshot_journal_and_model_agree(bool propagatesItself)
    {
        for (int round = 0; round < 25; round++)
        {
            TestRandom random = new(Environment.TickCount + round);
            output.WriteLine($"seed {random.Seed}");
            EngineHost host = Make(propagatesItself);
            Model model = [];
            List<byte> journal = [];
            for (int reload = 0; reload < 3; reload++)
            {
                for (int i = 0; i < 80; i++) Step(host, random, model, journal);
                (byte[] file, string digest) = Cut(host, random, model, journal);
                using (EngineHost atCut = Make(propagatesItself))
                {
                    Assert.Null(SnapshotFiles.Load(atCut, file, RdbUse.Base).Failure);
                    Assert.Equal(digest, SnapshotFiles.Digest(atCut));
                    atCut.Engine.CheckInvariants();
                }

                Compare(host, model);
                host.Engine.CheckInvariants();
                EngineHost again = Make(propagatesItself);
                Assert.Null(CustomTypeTests.Replay(again, [.. journal]));
                Assert.Equal(SnapshotFiles.Digest(host), SnapshotFiles.Digest(again));
                host.Send("FLUSHALL");
                Assert.Equal(host.Engine.StartupMemory, host.Engine.UsedMemory);
                host.Dispose();
                host = again;
            }

            host.Dispose();
        }
    }

    private static EngineHost Make(bool propagatesItself) => Inventory.Extend(
        DumpTests.Debuggable(),
        propagatesItself);

    // The cut falls between commands, the walk goes on among them.
    private static (byte[] File, string Digest) Cut(
        EngineHost host, TestRandom random, Model model, List<byte> journal)
    {
        string digest = SnapshotFiles.Digest(host);
        MemoryStream file = new();
        SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
        bool isDone = false;
        while (!isDone)
        {
            for (int i = random.Below(6); i > 0; i--) Step(host, random, model, journal);
            isDone = walk.Step(random.Below(2));
            SnapshotFiles.Drain(walk, file);
        }

        Assert.Null(walk.Failure);
        host.Engine.EndSnapshot();
        return (SnapshotFiles.Seal(file), digest);
    }

    private static void Step(EngineHost host, TestRandom random, Model model, List<byte> journal)
    {
        string key = $"k{random.Below(Keys)}";
        string other = $"k{random.Below(Keys)}";
        string thing = $"t{random.Below(8)}";
        SortedDictionary<string, long>? value = model.GetValueOrDefault(key);
        switch (random.Below(12))
        {
            case < 6:
                long count = random.Below(1000) - 500;
                if (value is null) model[key] = value = new(StringComparer.Ordinal);
                value[thing] = value.GetValueOrDefault(thing) + count;
                host.Check($"INV.ADD {key} {thing} {count}", $":{value[thing]}");
                break;
            case < 8:
                bool had = value?.Remove(thing) == true;
                if (value?.Count == 0) model.Remove(key);
                host.Check($"INV.TAKE {key} {thing}", had ? ":1" : ":0");
                break;
            case 8:
                host.Check($"UNLINK {key}", model.Remove(key) ? ":1" : ":0");
                break;
            case 9 when key != other:
                host.Check($"COPY {key} {other} REPLACE", value is null ? ":0" : ":1");
                if (value is not null) model[other] = new(value, StringComparer.Ordinal);
                break;
            case 10 when value is not null && key != other:
                host.Check($"RENAME {key} {other}", "+OK");
                model.Remove(key);
                model[other] = value;
                break;
            default:
                host.Check($"PEXPIRE {key} 5000000", value is null ? ":0" : ":1");
                break;
        }

        journal.AddRange(host.EffectBytes);
    }

    private static void Compare(EngineHost host, Model model)
    {
        host.Check("DBSIZE", $":{model.Count}");
        foreach ((string key, SortedDictionary<string, long> things) in model)
        {
            host.Check($"INV.SHOW {key}", "$" + string.Join(' ', things));
        }
    }

    private sealed class Model : Dictionary<string, SortedDictionary<string, long>>;
}
