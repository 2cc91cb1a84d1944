using System;
using System.Collections.Generic;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Client;

// KeyspaceHistory: what happened to keys since an event of the journal, out of its files.
//
// The journal holds commands, and what a command did to which key depends on what there was. So the
// data is made once more, in an engine of its own: base and events up to the wanted number in
// silence, the rest with the feed on. It takes as much memory as the data for as long as it takes,
// a thread of its own, and nothing of the keyspace's time. Keys that expired or were evicted are
// DEL and UNLINK in the journal, which says why they were written: they are told as what they were,
// with the value they have in this engine, within the limit of whoever asked. What was written by
// another server, or by an older one, does not say it and is told as deleted.
//
// The files are opened at once, so that a rewrite meanwhile does not take them away.

/// <summary>Which part of the journal to tell.</summary>
/// <param name="Files">The disk.</param>
/// <param name="Base">Path of the base; null for none.</param>
/// <param name="BaseSeq">Number of the last event that it holds.</param>
/// <param name="Changes">Paths of the files of events, oldest first.</param>
/// <param name="After">Told is what came after this number...</param>
/// <param name="UpTo">...up to this one.</param>
internal sealed record HistoryRange(
    IFileSystem Files, string? Base, long BaseSeq, IReadOnlyList<string> Changes, long After,
    long UpTo);

/// <summary>The past has been told, or cannot be.</summary>
/// <param name="Error">Why not; empty when it has.</param>
internal sealed record HistoryTold(string Error);

/// <summary>Tells an actor of the past.</summary>
internal sealed class KeyspaceHistory : UntypedActor
{
    private const int EventsPerStep = 64;

    private readonly HistoryRange _range;
    private readonly Subscriber _subscriber;
    private readonly RotomEngine _engine;
    private readonly List<IFile> _open = [];
    private readonly ReplyBatch _pushes = new();
    private readonly RespReader _reader = new();
    private readonly ClientLink _link = new(-2, 0, "", "", -1, isUnixSocket: false);
    private IBaseLoader? _base;
    private AofEvents? _events;
    private int _file = -1;
    private long _seq;

    public KeyspaceHistory(
        HistoryRange range, Subscriber subscriber, Func<RotomEngine> makeEngine)
    {
        _range = range;
        _subscriber = subscriber;
        _engine = makeEngine();
        _seq = range.BaseSeq;
    }

    internal static Props Props(
        HistoryRange range, Subscriber subscriber, Func<RotomEngine> makeEngine) =>
        Akka.Actor.Props.Create(() => new KeyspaceHistory(range, subscriber, makeEngine));

    protected override void PreStart()
    {
        // Nothing expires by itself while data is being loaded.
        _engine.IsLoading = true;
        _engine.FeedsWhileLoading = true;
        _engine.SetOutput(0, _pushes);
        _engine.BeginReplay();
        string? problem = Open();
        if (problem is not null) End(problem);
        else Self.Tell(Step.Instance);
    }

    protected override void PostStop()
    {
        _base?.Dispose();
        foreach (IFile file in _open) file.Dispose();
        _engine.Dispose();
    }

    protected override void OnReceive(object message)
    {
        if (message is not Step)
        {
            Unhandled(message);
            return;
        }

        string? problem = null;
        bool more = _base is null ? TellSome(out problem) : LoadSome(out problem);
        if (problem is not null) End(problem);
        else if (more) Self.Tell(Step.Instance);
        else End("");
    }

    private void End(string problem)
    {
        Context.Parent.Tell(new HistoryTold(problem), Self);
        Context.Stop(Self);
    }

    private string? Open()
    {
        if (_range.Base is { } path)
        {
            IoResult<IFile> opened = _range.Files.Open(path, FileUse.Read);
            if (!opened.IsDone) return $"{path}: {opened.Text}";
            _base = BaseLoaders.For(_engine, path, opened.Value);
        }

        foreach (string change in _range.Changes)
        {
            IoResult<IFile> opened = _range.Files.Open(change, FileUse.Read);
            if (!opened.IsDone) return $"{change}: {opened.Text}";
            _open.Add(opened.Value);
        }

        return null;
    }

    private bool LoadSome(out string? problem)
    {
        if (_base!.Step(out problem) || problem is not null) return true;
        _base.Dispose();
        _base = null;
        return true;
    }

    private bool TellSome(out string? problem)
    {
        problem = null;
        for (int i = 0; i < EventsPerStep; i++)
        {
            if (_seq >= _range.UpTo) return false;
            if (_events is null)
            {
                if (++_file == _open.Count)
                {
                    problem = "the journal ends too early";
                    return false;
                }

                _events = new AofEvents(_open[_file], _seq, keepsCauses: true);
            }

            if (!_events.Next()) _events = null;
            else problem = Tell(_events);
            if (problem is not null) return false;
        }

        return true;
    }

    private string? Tell(AofEvents events)
    {
        _seq = events.Seq;
        if (_seq <= _range.BaseSeq) return null;
        bool isWanted = _seq > _range.After;
        _engine.FeedEvents(
            isWanted ? _link : null, _subscriber.Request.Classes, _subscriber);
        JournalEvent turn = JournalEvent.Of(events.Bytes);
        string? problem = _engine.Replay(turn.Array, turn.Length);
        turn.Recycle();
        if (problem is not null) return problem;
        if (!isWanted) return null;
        _pushes.Finish();
        foreach (ref readonly ReplySegment segment in _pushes.Segments)
        {
            ReadOnlySpan<byte> resp = _pushes.Bytes(in segment);
            if (ReferenceEquals(segment.Link, _link)) TellAll(resp);
        }

        _pushes.Reset();
        return null;
    }

    private void TellAll(ReadOnlySpan<byte> resp)
    {
        while (!resp.IsEmpty)
        {
            if (_reader.Read(resp, out int consumed) == RespReadResult.Value)
            {
                KeyspaceEvent told = KeyspaceFeed.Parse(_reader.Value, _seq);
                if (_subscriber.Wants(told)) _subscriber.Actor.Tell(told, Context.Parent);
            }

            resp = resp[consumed..];
        }
    }

    private sealed class Step : INoSerializationVerificationNeeded
    {
        internal static readonly Step Instance = new();
    }
}
