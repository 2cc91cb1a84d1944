using System;
using System.Buffers.Binary;
using System.IO;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Persist;

/// <summary>Whole files, made and loaded in memory.</summary>
internal static class SnapshotFiles
{
    /// <summary>Takes the chunks that a snapshot has ready.</summary>
    internal static void Drain(SnapshotWalk walk, MemoryStream into)
    {
        while (walk.TryTakeChunk(out ArraySegment<byte> chunk))
        {
            into.Write(chunk);
            SnapshotWalk.Return(chunk);
        }
    }

    /// <summary>Ends a file with its checksum.</summary>
    internal static byte[] Seal(MemoryStream file)
    {
        Span<byte> crc = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(crc, Crc64.Update(0, file.ToArray()));
        file.Write(crc);
        return file.ToArray();
    }

    /// <summary>What an engine holds, as a file.</summary>
    internal static byte[] Save(RotomEngine engine)
    {
        MemoryStream file = new();
        SnapshotWalk walk = engine.BeginSnapshot(isBase: false);
        Assert.True(walk.Step(long.MaxValue));
        Drain(walk, file);
        engine.EndSnapshot();
        return Seal(file);
    }

    /// <summary>Loads a file into an engine.</summary>
    internal static RdbFileLoader Load(EngineHost host, byte[] file, RdbUse use = RdbUse.Load)
    {
        RdbFileLoader loader = host.Engine.OpenRdb(new MemoryStream(file), use);
        host.Engine.IsLoading = true;
        Assert.True(loader.Step(long.MaxValue));
        host.Engine.IsLoading = false;
        return loader;
    }

    /// <summary>DEBUG DIGEST.</summary>
    internal static string Digest(EngineHost host) => host.Send("DEBUG DIGEST");
}
