using System;
using System.Globalization;
using System.IO;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// SnapshotFile: an RDB file being written. Under a temporary name until it is whole and flushed;
// then it takes the place of the one before in one step. A crash at any moment leaves the old file
// or the new one, never a part of either under the name that is loaded.

/// <summary>A snapshot on its way to the disk.</summary>
internal sealed class SnapshotFile : IDisposable
{
    // As Redis' REDIS_AUTOSYNC_BYTES: what is flushed as it grows holds up nobody at the end.
    private const long FlushBytes = 4 << 20;

    private readonly IFileSystem _files;
    private readonly SnapshotPlace _place;
    private readonly IFile _file;
    private ulong _crc;
    private long _unflushed;

    private SnapshotFile(IFileSystem files, SnapshotPlace place, IFile file)
    {
        _files = files;
        _place = place;
        _file = file;
    }

    /// <summary>Makes the temporary file, empty.</summary>
    internal static IoResult<SnapshotFile> Create(IFileSystem files, SnapshotPlace place)
    {
        IoResult<IFile> made = files.Open(place.TemporaryPath, FileUse.Create);
        (IFile file, IoResult result) = made;
        return result.IsDone ? new SnapshotFile(files, place, file) : result;
    }

    /// <summary>Writes behind what is there.</summary>
    internal IoResult Append(ReadOnlySpan<byte> bytes)
    {
        if (_place.Checksums && !_place.IsWhole) _crc = Crc64.Update(_crc, bytes);
        IoResult written = _file.Append(bytes);
        _unflushed += bytes.Length;
        if (!written.IsDone || !_place.FlushesAsItGrows || _unflushed < FlushBytes) return written;
        _unflushed = 0;
        return _file.Fsync();
    }

    /// <summary>Writes the checksum, if it is missing, flushes, and gives the file its name.
    /// </summary>
    internal IoResult Commit()
    {
        Span<byte> crc = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(crc, _crc);
        IoResult done = _place.IsWhole ? IoResult.Done : _file.Append(crc);
        if (done.IsDone) done = _file.Fsync();
        _file.Dispose();
        if (done.IsDone) done = _files.Rename(_place.TemporaryPath, _place.Path);
        if (done.IsDone) return _files.FsyncDirectory(_place.Directory);
        _files.Unlink(_place.TemporaryPath);
        return done;
    }

    /// <summary>Gives the file up; what is loaded is the one before.</summary>
    internal void Discard()
    {
        _file.Dispose();
        _files.Unlink(_place.TemporaryPath);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}

/// <summary>Where a snapshot goes, and how it is written.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="Name">The name in it.</param>
/// <param name="Temporary">The name until it is whole.</param>
/// <param name="Checksums">Ends in a CRC-64, else in zeros.</param>
/// <param name="FlushesAsItGrows">Is flushed every few megabytes.</param>
internal sealed record SnapshotPlace(
    string Directory, string Name, string Temporary, bool Checksums, bool FlushesAsItGrows)
{
    /// <summary>What is written has its checksum in it, or whatever else it ends in.</summary>
    internal bool IsWhole { get; init; }

    /// <summary>Its path.</summary>
    internal string Path => System.IO.Path.Join(Directory, Name);

    /// <summary>Its path until it is whole.</summary>
    internal string TemporaryPath => System.IO.Path.Join(Directory, Temporary);

    /// <summary>The place that the settings name.</summary>
    internal static SnapshotPlace Of(Engine.Config.ServerConfig config) => new(
        config.Directory.Length == 0 ? "." : config.Directory,
        config.DbFileName,
        string.Create(CultureInfo.InvariantCulture, $"temp-{Environment.ProcessId}.rdb"),
        config.RdbChecksum,
        config.RdbSaveIncrementalFsync);
}

/// <summary>A file from its beginning to its end, as a stream.</summary>
internal sealed class FileReadStream(IFile file) : Stream
{
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => file.Size;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        IoResult<int> read = file.Read(_position, buffer);
        if (!read.IsDone) throw new IOException(read.Text);
        _position += read.Value;
        return read.Value;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
