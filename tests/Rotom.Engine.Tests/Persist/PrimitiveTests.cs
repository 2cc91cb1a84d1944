using System;
using System.IO;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Memory;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Persist;

public sealed class PrimitiveTests(ITestOutputHelper output)
{
    [Fact]
    public void The_checksum_is_that_of_Redis()
    {
        // The check value that Redis' own crc64 test has.
        Assert.Equal(0xE9C6D914C4B8D9CAu, Crc64.Update(0, "123456789"u8));
        Assert.Equal(0u, Crc64.Update(0, []));
    }

    [Fact]
    public void The_checksum_does_not_depend_on_how_bytes_are_cut()
    {
        byte[] bytes = new TestRandom(1).Bytes(1000);
        ulong whole = Crc64.Update(0, bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            ulong first = Crc64.Update(0, bytes.AsSpan(0, cut));
            Assert.Equal(whole, Crc64.Update(first, bytes.AsSpan(cut)));
        }
    }

    [Fact]
    public void Numbers_and_strings_come_back_as_they_went()
    {
        TestRandom random = new(Environment.TickCount);
        output.WriteLine($"seed {random.Seed}");
        for (int round = 0; round < 300; round++)
        {
            RdbWriter writer = new() { Compress = round % 2 == 0 };
            ulong count = random.NextUInt64() >> random.Below(64);
            byte[] text = random.Bytes(random.Length(5000));
            if (random.OneIn(2)) Array.Fill(text, (byte)'a');
            long number = (long)random.NextUInt64() >> random.Below(64);
            writer.Count(count);
            writer.String(text);
            writer.IntString(number);
            writer.Double(number);
            writer.Int64(number);
            byte[] bytes = writer.Written.ToArray();
            RdbReader reader = new();
            if (random.OneIn(2)) reader.Open(bytes);
            else reader.Open(new DripStream(bytes, random));
            reader.Checksums = true;
            Assert.Equal(count, reader.Count());
            Assert.Equal(text, reader.String().ToArray());
            Assert.Equal(number.ToString(), Encoding.ASCII.GetString(reader.String()));
            Assert.Equal((double)number, reader.Double());
            Assert.Equal(number, reader.Int64());
            Assert.True(reader.AtEnd());
            Assert.Equal(bytes.Length, reader.Offset);
            Assert.Equal(Crc64.Update(0, bytes), reader.Crc);
        }
    }

    [Fact]
    public void A_length_that_lies_allocates_nothing()
    {
        RdbReader reader = new();
        reader.Open([0x81, 0, 0, 0, 0, 0x3F, 0xFF, 0xFF, 0xFF, 1, 2, 3]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(reader.String().IsEmpty);
        Assert.True(reader.Failed && reader.EndedEarly);

        // LZF: 4 bytes that say they become a gigabyte.
        reader.Open([0xC3, 4, 0x80, 0x40, 0, 0, 0, 1, 2, 3, 4]);
        Assert.True(reader.String().IsEmpty);
        Assert.True(reader.Failed && !reader.EndedEarly);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 65_536);
    }

    [Fact]
    public void A_stream_that_ends_early_grows_no_buffer_for_what_it_promised()
    {
        RdbReader reader = new();
        reader.Open(new MemoryStream([0x80, 0x3F, 0xFF, 0xFF, 0xFF, 1, 2, 3]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(reader.String().IsEmpty);
        Assert.True(reader.EndedEarly);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 65_536);
    }

    /// <summary>A stream that gives as many bytes at a time as it likes.</summary>
    private sealed class DripStream(byte[] bytes, TestRandom random) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, 1 + random.Below(50)));
    }
}
