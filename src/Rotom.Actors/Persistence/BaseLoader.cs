using System;
using System.Globalization;
using System.IO;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// Loading a base, slice by slice, so that clients hear -LOADING in between. A base is a snapshot,
// or commands, or (in a file that redis-server wrote before version 7) a snapshot that commands
// follow.

/// <summary>Loads a base.</summary>
internal interface IBaseLoader : IDisposable
{
    /// <summary>Bytes loaded so far.</summary>
    long LoadedBytes { get; }

    /// <summary>Loads some more; false when there is no more, or with a problem.</summary>
    bool Step(out string? problem);
}

/// <summary>Which loader a base needs.</summary>
internal static class BaseLoaders
{
    internal static IBaseLoader For(RotomEngine engine, string path, IFile file)
    {
        Span<byte> magic = stackalloc byte[5];
        IoResult<int> read = file.Read(0, magic);
        bool rdb = read.IsDone && read.Value == magic.Length && magic.SequenceEqual("REDIS"u8);
        return rdb
            ? new RdbBaseLoader(engine, path, file)
            : new CommandBaseLoader(engine, path, file, 0);
    }
}

/// <summary>Loads a base that is a snapshot.</summary>
internal sealed class RdbBaseLoader : IBaseLoader
{
    private const long SliceNanos = 1_000_000;

    private readonly RotomEngine _engine;
    private readonly string _path;
    private readonly IFile _file;
    private readonly RdbFileLoader _loader;
    private CommandBaseLoader? _rest;

    internal RdbBaseLoader(RotomEngine engine, string path, IFile file)
    {
        _engine = engine;
        _path = path;
        _file = file;
        _loader = engine.OpenRdb(new FileReadStream(file), RdbUse.Base);
        _loader.FileBytes = file.Size;
    }

    /// <inheritdoc/>
    public long LoadedBytes => _rest?.LoadedBytes ?? _loader.Offset;

    /// <inheritdoc/>
    public bool Step(out string? problem)
    {
        problem = null;
        if (_rest is not null) return _rest.Step(out problem);
        if (!StepRdb()) return true;
        if (_loader.Failure is { } failure)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture,
                $"Error reading the RDB preamble of the AOF file {_path} at offset "
                + $"{_loader.Offset}, AOF loading aborted: {failure}");
            return false;
        }

        _engine.LoadingEnded(_loader);
        if (_loader.Offset >= _file.Size) return false;
        _rest = new CommandBaseLoader(_engine, _path, _file, _loader.Offset);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // The disk's errors come as exceptions of the stream.
    private bool StepRdb()
    {
        try
        {
            return _loader.Step(SliceNanos);
        }
        catch (IOException failure)
        {
            _loader.Fail(failure.Message);
            return true;
        }
    }
}

/// <summary>Loads a base that is made of commands.</summary>
internal sealed class CommandBaseLoader : IBaseLoader
{
    private const long SliceBytes = 256 << 10;

    private readonly RotomEngine _engine;
    private readonly string _path;
    private readonly IFile _file;
    private readonly AofEvents _events;

    /// <param name="engine">Where to.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where its commands begin.</param>
    internal CommandBaseLoader(RotomEngine engine, string path, IFile file, long offset)
    {
        _engine = engine;
        _path = path;
        _file = file;
        _events = new AofEvents(file, 0, offset);
    }

    /// <inheritdoc/>
    public long LoadedBytes => _events.KeptUpTo;

    /// <inheritdoc/>
    public bool Step(out string? problem)
    {
        long end = _events.KeptUpTo + SliceBytes;
        problem = null;
        while (_events.KeptUpTo < end)
        {
            if (!_events.Next())
            {
                if (_events.Ending != AofPiece.End)
                {
                    problem = AofStore.Describe(
                        _path, _events.Ending, _events.Error, _events.ErrorOffset);
                }

                return false;
            }

            JournalEvent commands = JournalEvent.Of(_events.Bytes);
            problem = _engine.Replay(commands.Array, commands.Length);
            commands.Recycle();
            if (problem is not null) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
