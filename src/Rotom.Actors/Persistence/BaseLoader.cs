using System;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

/// <summary>Loads a base slice by slice, so that clients hear -LOADING in between.</summary>
internal interface IBaseLoader : IDisposable
{
    /// <summary>Bytes loaded so far.</summary>
    long LoadedBytes { get; }

    /// <summary>Loads about so many bytes; false when there are no more, or with a problem.
    /// </summary>
    bool Step(long bytes, out string? problem);
}

/// <summary>Loads a base that is made of commands.</summary>
internal sealed class CommandBaseLoader : IBaseLoader
{
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
    public bool Step(long bytes, out string? problem)
    {
        long end = _events.KeptUpTo + bytes;
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
