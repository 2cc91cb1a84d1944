using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Commands;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Persist;

/// <summary>What loading does many at a time must come out as if done one by one.</summary>
public sealed class LoadingTests(ITestOutputHelper output)
{
    [Fact]
    public void Folding_and_tables_make_the_same_checksum()
    {
        TestRandom random = new(Environment.TickCount);
        output.WriteLine($"seed {random.Seed}");
        for (int length = 0; length < 1500; length++)
        {
            byte[] bytes = random.Bytes(length);
            ulong before = random.NextUInt64();
            Assert.Equal(Crc64.ByTables(before, bytes), Crc64.Update(before, bytes));
        }
    }

    [Fact]
    public void Pairs_found_together_are_those_read_one_by_one()
    {
        for (int round = 0; round < 200; round++)
        {
            TestRandom random = new(Environment.TickCount + round);
            output.WriteLine($"seed {random.Seed}");
            int lead = random.OneIn(2) ? -1 : random.Below(3);
            List<string> wanted = [];
            RdbWriter writer = new() { Compress = random.OneIn(2) };
            for (int i = random.Below(200); i >= 0; i--)
            {
                long time = lead >= 0 && random.OneIn(3) ? (long)random.NextUInt64() : -1;
                if (time != -1)
                {
                    writer.Opcode(RdbOpcode.ExpireMs);
                    writer.Int64(time);
                }

                if (lead >= 0) writer.Byte((byte)lead);
                wanted.Add($"{(time == -1 ? -1 : Math.Max(0, time))}");
                for (int side = 0; side < 2; side++) wanted.Add(Write(writer, random));
            }

            byte[] bytes = writer.Written.ToArray();
            RdbReader reader = new() { Checksums = true };
            if (random.OneIn(3)) reader.Open(bytes);
            else reader.Open(new DripStream(bytes, random));
            Assert.Equal(wanted, ReadAll(reader, wanted.Count, lead, random));
            Assert.True(reader.AtEnd());
            Assert.Equal(bytes.Length, reader.Offset);
            Assert.Equal(Crc64.ByTables(0, bytes), reader.Crc);
        }
    }

    [Fact]
    public void Pairs_that_do_not_stand_whole_in_the_buffer_are_not_found()
    {
        TestRandom random = new(7);
        RdbWriter writer = new();
        writer.String(random.Bytes(70));
        writer.String(random.Bytes(17_000));
        byte[] bytes = writer.Written.ToArray();
        RdbPair[] pairs = new RdbPair[2];
        for (int length = 0; length <= bytes.Length; length += length is < 80 or > 17_070 ? 1 : 97)
        {
            RdbReader reader = new();
            reader.Open(bytes.AsSpan(0, length));
            int found = reader.LookForPairs(pairs, lead: -1);
            Assert.Equal(length == bytes.Length ? 1 : 0, found);
            Assert.False(reader.Failed);
            Assert.Equal(0, reader.Offset);
        }
    }

    [Fact]
    public void Strings_of_every_kind_load_as_they_were_set()
    {
        TestRandom random = new(Environment.TickCount);
        output.WriteLine($"seed {random.Seed}");
        using EngineHost host = DumpTests.Debuggable();
        for (int i = 0; i < 3000; i++)
        {
            string value = random.Below(8) switch
            {
                0 => random.Next(long.MaxValue).ToString(),
                1 => "0" + random.Below(100),
                2 => new string('z', random.Below(200)),
                3 => Text(random, random.OneIn(20) ? 20_000 : 300),
                _ => Text(random, random.Below(120)),
            };
            string key = random.OneIn(50) ? Text(random, 300) + i : $"key:{i}";
            string time = random.OneIn(5) ? " PX 100000" : "";
            host.Send($"SET {key} {(value.Length == 0 ? "\"\"" : value)}{time}");
            if (random.OneIn(10)) host.Send($"RPUSH list:{i} a b");
        }

        host.Send("SET empty \"\"");
        using EngineHost other = DumpTests.Debuggable();
        RdbFileLoader loader = SnapshotFiles.Load(other, SnapshotFiles.Save(host.Engine));
        Assert.Null(loader.Failure);
        Assert.True(loader.ChecksumHeld);
        Assert.Equal(host.Send("DBSIZE"), other.Send("DBSIZE"));
        Assert.Equal(SnapshotFiles.Digest(host), SnapshotFiles.Digest(other));
        other.Engine.CheckInvariants();
        for (int i = 0; i < 3000; i += 7)
        {
            string ask = $"OBJECT ENCODING key:{i}";
            Assert.Equal(host.Send(ask), other.Send(ask));
        }
    }

    [Fact]
    public void A_key_that_is_there_twice_is_found_inside_a_row()
    {
        RdbWriter writer = Begun();
        for (int i = 0; i < 10; i++) WriteKey(writer, $"key:{i}", Text(new TestRandom(i), 30));
        WriteKey(writer, "key:4", "again");
        int offset = writer.Length;
        WriteKey(writer, "key:11", "more");
        writer.Opcode(RdbOpcode.End);
        writer.UInt64(0);
        using EngineHost host = new();
        RdbFileLoader loader = SnapshotFiles.Load(host, writer.Written.ToArray());
        Assert.Equal("RDB has duplicated key 'key:4' in DB 0", loader.Failure);
        Assert.Equal(offset, loader.Offset);
        Assert.Equal(":10", host.Send("DBSIZE"));
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(999)]
    public void A_field_that_is_there_twice_is_found_inside_a_row(int which)
    {
        RdbWriter writer = Begun();
        writer.Type(RdbType.Hash);
        writer.String("h"u8);
        writer.Count(1001);
        for (int i = 0; i < 1000; i++) WritePair(writer, $"field:{i}", "value");
        WritePair(writer, $"field:{which}", "again");
        writer.Opcode(RdbOpcode.End);
        writer.UInt64(0);
        using EngineHost host = new();
        RdbFileLoader loader = SnapshotFiles.Load(host, writer.Written.ToArray());
        Assert.Equal("a field twice in a hash", loader.Failure);
        Assert.Equal(":0", host.Send("DBSIZE"));
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_hash_takes_the_form_that_commands_give_it()
    {
        using EngineHost host = DumpTests.Debuggable();
        TestRandom random = new(3);
        foreach (int fields in (int[])[1, 127, 128, 129, 600, 5000])
        {
            for (int i = 0; i < fields; i++)
                host.Send($"HSET h{fields} f{i} {Text(random, 1 + random.Below(70))}");
        }

        using EngineHost other = DumpTests.Debuggable();
        Assert.Null(SnapshotFiles.Load(other, SnapshotFiles.Save(host.Engine)).Failure);
        Assert.Equal(SnapshotFiles.Digest(host), SnapshotFiles.Digest(other));
        foreach (int fields in (int[])[1, 127, 128, 129, 600, 5000])
        {
            string ask = $"OBJECT ENCODING h{fields}";
            Assert.Equal(host.Send(ask), other.Send(ask));
            Assert.Equal($":{fields}", other.Send($"HLEN h{fields}"));
        }

        other.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(3_000_000_000UL)]
    public void A_count_that_lies_reserves_no_memory(ulong count)
    {
        RdbWriter writer = Begun();
        writer.Type(RdbType.Hash);
        writer.String("h"u8);
        writer.Count(count);
        for (int i = 0; i < 100; i++) WritePair(writer, $"field:{i}", "value");
        using EngineHost host = new();
        long before = host.Engine.Heap.PeakUsedBytes;
        RdbFileLoader loader = SnapshotFiles.Load(host, writer.Written.ToArray());
        Assert.True(loader.EndedEarly);
        Assert.InRange(host.Engine.Heap.PeakUsedBytes - before, 0, 64_000);
        host.Engine.CheckInvariants();
    }

    private static List<string> ReadAll(RdbReader reader, int strings, int lead, TestRandom random)
    {
        List<string> all = [];
        RdbPair[] pairs = new RdbPair[RdbPair.Many];
        while (all.Count < strings)
        {
            int found = reader.LookForPairs(pairs.AsSpan(0, random.Below(pairs.Length)), lead);
            for (int i = 0; i < found; i++)
            {
                ReadOnlySpan<byte> buffer = reader.Buffer;
                reader.Take(in pairs[i]);
                all.Add($"{pairs[i].ExpireAtMs}");
                all.Add(Latin(buffer.Slice(pairs[i].NameAt, pairs[i].NameLength)));
                all.Add(Latin(buffer.Slice(pairs[i].ValueAt, pairs[i].ValueLength)));
            }

            if (all.Count == strings) break;
            all.Add($"{ReadLead(reader, lead)}");
            for (int side = 0; side < 2; side++) all.Add(Latin(reader.String()));
            Assert.False(reader.Failed);
        }

        return all;
    }

    private static long ReadLead(RdbReader reader, int lead)
    {
        if (lead < 0) return -1;
        byte first = reader.Byte();
        long time = -1;
        if (first == (byte)RdbOpcode.ExpireMs)
        {
            time = Math.Max(0, reader.Int64());
            first = reader.Byte();
        }

        Assert.Equal(lead, first);
        return time;
    }

    private static string Write(RdbWriter writer, TestRandom random)
    {
        if (random.OneIn(10))
        {
            long number = random.Next(1 << 20);
            writer.IntString(number);
            return number.ToString();
        }

        byte[] text = random.Bytes(random.OneIn(30) ? random.Below(40_000) : random.Below(200));
        if (random.OneIn(5)) Array.Fill(text, (byte)'a');
        writer.String(text);
        return Latin(text);
    }

    private static RdbWriter Begun()
    {
        RdbWriter writer = new();
        writer.Bytes("REDIS0011"u8);
        return writer;
    }

    private static void WriteKey(RdbWriter writer, string key, string value)
    {
        writer.Type(RdbType.String);
        WritePair(writer, key, value);
    }

    private static void WritePair(RdbWriter writer, string name, string value)
    {
        writer.String(Encoding.Latin1.GetBytes(name));
        writer.String(Encoding.Latin1.GetBytes(value));
    }

    private static string Text(TestRandom random, int length) =>
        string.Create(length, random, static (to, from) =>
        {
            foreach (ref char one in to) one = (char)('a' + from.Below(26));
        });

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>A stream that gives as many bytes at a time as it likes.</summary>
    private sealed class DripStream(byte[] bytes, TestRandom random) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, 1 + random.Below(50_000)));
    }
}
