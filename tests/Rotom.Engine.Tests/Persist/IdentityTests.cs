using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Commands;
using Rotom.Engine.Tests.Extending;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Persist;

// Random data sets, each taken through the three forms in which values leave the server: the
// payload of DUMP, the snapshot, the journal's commands. What comes back has the same digest and
// the same times. Its encoding is the one its size calls for, which a table that has shrunk need
// not have had: so it is compared from the first copy to the second.
//
// 60 data sets; ROTOM_TEST_FULL=1: 10,000.

/// <summary>What is saved is what is loaded.</summary>
public sealed class IdentityTests(ITestOutputHelper output)
{
    private static readonly int s_datasets =
        Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1" ? 10_000 : 60;

    [Fact]
    public void Values_come_back_from_all_forms_as_they_went()
    {
        int first = Environment.TickCount & 0xFFFFFF;
        output.WriteLine($"seeds {first} to {first + s_datasets - 1}");
        using EngineHost host = DumpTests.Debuggable();
        using EngineHost copy = DumpTests.Debuggable();
        using EngineHost again = DumpTests.Debuggable();
        long keys = 0;
        for (int i = 0; i < s_datasets; i++)
        {
            TestRandom random = new(first + i);
            host.Send("FLUSHALL");
            int names = 1 + random.Below(12);
            int changes = 5 + random.Below(60);
            for (int n = 0; n < changes; n++) SnapshotTests.Change(host, random, names);
            host.Send("SELECT 0");
            string seed = $"seed {first + i}";
            keys += Dumps(host, copy, seed);
            Snapshot(host, copy, again, seed);
            Commands(host, copy, seed);
        }

        output.WriteLine($"{s_datasets} data sets, {keys} keys");
    }

    private static long Dumps(EngineHost host, EngineHost copy, string seed)
    {
        copy.Send("FLUSHALL");
        List<byte[]> keys = Keys(host);
        foreach (byte[] key in keys)
        {
            byte[] dumped = Dump(host, key);
            string time = host.Send(["PEXPIRETIME"u8.ToArray(), key])[1..];
            byte[] expires = Encoding.ASCII.GetBytes(time.StartsWith('-') ? "0" : time);
            string once = Restored(copy, key, expires, dumped, out byte[] second);
            string twice = Restored(copy, key, expires, second, out byte[] third);
            Assert.True(once == Value(host, key), seed);
            Assert.True(once == twice, seed);
            // The order inside a table is its own.
            bool isTable = copy.Send(["OBJECT"u8.ToArray(), "ENCODING"u8.ToArray(), key])
                == "$hashtable";
            Assert.True(
                isTable ? second.Length == third.Length : second.AsSpan().SequenceEqual(third),
                seed);
        }

        return keys.Count;
    }

    private static void Snapshot(EngineHost host, EngineHost copy, EngineHost again, string seed)
    {
        string digest = SnapshotFiles.Digest(host);
        string times = Times(host);
        copy.Send("FLUSHALL");
        again.Send("FLUSHALL");
        Assert.Null(SnapshotFiles.Load(copy, SnapshotFiles.Save(host.Engine)).Failure);
        Assert.Null(SnapshotFiles.Load(again, SnapshotFiles.Save(copy.Engine)).Failure);
        foreach (EngineHost loaded in new[] { copy, again })
        {
            Assert.True(digest == SnapshotFiles.Digest(loaded), seed);
            Assert.True(times == Times(loaded), seed);
        }

        Assert.True(Encodings(copy) == Encodings(again), seed);
        copy.Engine.CheckInvariants();
    }

    private static void Commands(EngineHost host, EngineHost copy, string seed)
    {
        SnapshotWalk walk = host.Engine.BeginSnapshot(SnapshotForm.Commands);
        Assert.True(walk.Step(long.MaxValue));
        MemoryStream file = new();
        SnapshotFiles.Drain(walk, file);
        host.Engine.EndSnapshot();
        string encodings = Encodings(copy);
        copy.Send("FLUSHALL");
        Assert.Null(CustomTypeTests.Replay(copy, file.ToArray()));
        Assert.True(SnapshotFiles.Digest(host) == SnapshotFiles.Digest(copy), seed);
        Assert.True(Times(host) == Times(copy), seed);
        Assert.True(encodings == Encodings(copy), seed);
    }

    private static List<byte[]> Keys(EngineHost host)
    {
        List<byte[]> keys = [];
        host.Send("KEYS *");
        foreach (string line in Encoding.ASCII.GetString(host.ReplyBytes).Split("\r\n"))
        {
            if (line.StartsWith('k')) keys.Add(Encoding.ASCII.GetBytes(line));
        }

        keys.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        return keys;
    }

    private static byte[] Dump(EngineHost host, byte[] key)
    {
        host.Send(["DUMP"u8.ToArray(), key]);
        byte[] reply = host.ReplyBytes;
        return reply[(Array.IndexOf(reply, (byte)'\n') + 1)..^2];
    }

    private static string Value(EngineHost host, byte[] key) =>
        host.Send(["DEBUG"u8.ToArray(), "DIGEST-VALUE"u8.ToArray(), key]);

    private static string Restored(
        EngineHost copy, byte[] key, byte[] expires, byte[] payload, out byte[] dumped)
    {
        byte[][] words =
        [
            "RESTORE"u8.ToArray(), key, expires, payload, "REPLACE"u8.ToArray(),
            "ABSTTL"u8.ToArray(),
        ];
        Assert.Equal("+OK", copy.Send(words));
        dumped = Dump(copy, key);
        return Value(copy, key);
    }

    private static string Times(EngineHost host) => OfEach(host, "PEXPIRETIME");

    private static string Encodings(EngineHost host) => OfEach(host, "OBJECT ENCODING");

    private static string OfEach(EngineHost host, string command)
    {
        StringBuilder all = new();
        for (int database = 0; database < 3; database++)
        {
            host.Send($"SELECT {database}");
            foreach (byte[] key in Keys(host))
            {
                string name = Encoding.ASCII.GetString(key);
                all.Append(name).Append(host.Send($"{command} {name}")).Append(' ');
            }
        }

        host.Send("SELECT 0");
        return all.ToString();
    }
}
