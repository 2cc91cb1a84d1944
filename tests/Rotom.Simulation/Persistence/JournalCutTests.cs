using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Persistence;
using Rotom.Actors.Persistence;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;
using Rotom.Simulation.World;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Simulation.Persistence;

// A journal of 2,000 commands, some in transactions, cut behind every byte; with ROTOM_TEST_FULL=1
// behind each of them, else behind some. What is loaded is compared with a model of counters that
// knows nothing of RESP: the state behind the last complete command or transaction. Then one more
// command is written, and both are there when it is loaded again.

/// <summary>What is loaded of a journal that was cut anywhere.</summary>
public sealed class JournalCutTests(ITestOutputHelper output)
{
    private const string Path = "data/appendonlydir/appendonly.aof.1.incr.aof";
    private const ulong Seed = 1;
    private const int Commands = 2000;
    private const int Keys = 12;

    private readonly List<byte> _bytes = [];
    private readonly List<(int End, string Digest)> _units = [];
    private readonly SortedDictionary<int, long> _model = [];

    private static bool IsFull => Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    [Fact]
    public void What_is_loaded_is_all_up_to_the_last_complete_unit()
    {
        using RotomEngine engine = NewEngine();
        Make(engine);
        int step = IsFull ? 1 : 499;
        int cuts = 0, unit = -1;
        for (int cut = 0; cut <= _bytes.Count; cut += step, cuts++)
        {
            while (unit + 1 < _units.Count && _units[unit + 1].End <= cut) unit++;
            string expected = unit < 0 ? new string('0', 40) : _units[unit].Digest;
            SimFileSystem disk = DiskWith(_bytes.GetRange(0, cut).ToArray());
            Assert.True(expected == Load(engine, disk, "*2\r\n$4\r\nINCR\r\n$3\r\nnew\r\n"),
                $"cut at {cut}");
            string both = DigestOf(engine);
            Assert.True(both == Load(engine, disk, null), $"cut at {cut}, loaded again");
            Assert.NotEqual(expected, both);
        }

        output.WriteLine($"seed {Seed}: {_bytes.Count} bytes, {Commands} commands, "
            + $"{_units.Count} units, {cuts} cuts");
    }

    private void Make(RotomEngine reference)
    {
        SimRandom random = new(Seed);
        int commands = 0;
        Append("#AFTER:0\r\n");
        for (int seq = 1; commands < Commands; seq++)
        {
            Append(string.Create(CultureInfo.InvariantCulture, $"#SEQ:{seq}\r\n"));
            for (int units = random.Below(3); units >= 0; units--)
            {
                int inside = random.Below(4) == 0 ? 2 + random.Below(4) : 1;
                if (inside > 1) Append("*1\r\n$5\r\nMULTI\r\n");
                for (int i = 0; i < inside; i++, commands++) AppendCommand(random);
                if (inside > 1) Append("*1\r\n$4\r\nEXEC\r\n");
                _units.Add((_bytes.Count, DigestOfModel(reference)));
            }
        }
    }

    private void AppendCommand(SimRandom random)
    {
        int key = random.Below(Keys);
        switch (random.Below(8))
        {
            case 0:
                _model.Remove(key);
                Append(Words("DEL", Name(key)));
                break;
            case 1:
                int value = random.Below(100);
                _model[key] = value;
                Append(Words("SET", Name(key), value.ToString(CultureInfo.InvariantCulture)));
                break;
            default:
                _model[key] = _model.GetValueOrDefault(key) + 1;
                Append(Words("INCR", Name(key)));
                break;
        }
    }

    private void Append(string text) => _bytes.AddRange(Encoding.ASCII.GetBytes(text));

    private static string Name(int key) =>
        string.Create(CultureInfo.InvariantCulture, $"k{key}");

    private static string Words(params string[] words)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        return text.ToString();
    }

    // The model's values are put there by SET: what made them is not asked.
    private string DigestOfModel(RotomEngine engine)
    {
        engine.Forget();
        engine.BeginReplay();
        StringBuilder text = new();
        foreach ((int key, long value) in _model)
        {
            text.Append(Words("SET", Name(key), value.ToString(CultureInfo.InvariantCulture)));
        }

        Replay(engine, Encoding.ASCII.GetBytes(text.ToString()));
        return DigestOf(engine);
    }

    private static string DigestOf(RotomEngine engine) =>
        Encoding.ASCII.GetString(DatasetDigest.OfAll(engine));

    private static void Replay(RotomEngine engine, ReadOnlySpan<byte> commands)
    {
        JournalEvent turn = JournalEvent.Of(commands);
        Assert.Null(engine.Replay(turn.Array, turn.Length));
        turn.Recycle();
    }

    private static SimFileSystem DiskWith(byte[] journal)
    {
        SimFileSystem disk = new(Seed);
        disk.CreateDirectory("data");
        disk.CreateDirectory("data/appendonlydir");
        disk.WriteAll(Path, journal);
        disk.WriteAll(
            "data/appendonlydir/appendonly.aof.manifest",
            "file appendonly.aof.1.incr.aof seq 1 type i\n"u8);
        return disk;
    }

    // As the server does it: finds, replays, opens (which cuts), writes; the digest before that.
    private static string Load(RotomEngine engine, SimFileSystem disk, string? more)
    {
        Queue<Action> work = new();
        AofStore store = new(new AofOptions
        {
            Files = disk,
            Directory = "data/appendonlydir",
            Clock = new SimClock(),
            Fsync = () => AppendFsync.No,
            HoldsFailedWrites = true,
            Flusher = new Hand(work),
            Worker = new Hand(work),
        });
        long highest = store.Find();
        engine.Forget();
        engine.BeginReplay();
        store.Replay(1, long.MaxValue, long.MaxValue, "cut", found =>
        {
            JournalEvent turn = (JournalEvent)found.Payload;
            Replay(engine, turn.Bytes);
            store.Applied(turn.Length);
        });
        while (work.TryDequeue(out Action? step)) step();
        string digest = DigestOf(engine);
        store.Open();
        if (more is null) return digest;
        byte[] commands = Encoding.ASCII.GetBytes(more);
        Persistent next = new(JournalEvent.Of(commands), highest + 1, "cut");
        Assert.True(store.Write([new AtomicWrite(next)]).IsCompletedSuccessfully);
        Replay(engine, commands);
        return digest;
    }

    private static RotomEngine NewEngine() =>
        new(new SimClock(), new XoshiroRandom(Seed), new ServerConfig());

    private sealed class Hand(Queue<Action> queue) : IDiskThread
    {
        public void Post(Action work) => queue.Enqueue(work);

        public void Dispose()
        {
        }
    }
}
