using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Engine.Tests.Support;

// EngineHost: an engine in a test, spoken to as a client would.
//
//   Check("SET k v", "+OK");              one command, its reply in short form
//   Check("GET k", "$v");                 $text bulk, :1 integer, -ERR text error, $-1 or _ null
//   Check("MGET a b", "*2 $v $-1");       aggregates: *n %n ~n >n, then their elements in order
//
// Words are split as redis-cli does: "quoted" ones may hold blanks and \xHH escapes.

internal sealed class EngineHost : IDisposable
{
    private readonly Dictionary<string, Client> _clients = [];
    private readonly ReplyBatch _output = new();
    private readonly CommandBatch _batch = new(1 << 16);
    private readonly Dictionary<string, byte[]> _pushBytes = [];
    private long _lastId;

    internal EngineHost(Action<ServerConfig>? configure = null, ulong seed = 1)
    {
        ServerConfig config = new();
        configure?.Invoke(config);
        Clock = new ManualClock();
        Engine = new RotomEngine(Clock, new XoshiroRandom(seed), config);
        Engine.SetOutput(0, _output);
        Engine.Propagation.Enabled = true;
    }

    internal ManualClock Clock { get; }

    internal RotomEngine Engine { get; }

    /// <summary>What the last command propagated, one string a command.</summary>
    internal List<string> Effects { get; } = [];

    /// <summary>What the last command propagated, as it goes to a journal.</summary>
    internal byte[] EffectBytes { get; private set; } = [];

    /// <summary>What the sender of the last command was sent, as it goes to the wire.</summary>
    internal byte[] ReplyBytes { get; private set; } = [];

    /// <summary>What others than the sender were pushed by the last command.</summary>
    internal Dictionary<string, string> Pushes { get; } = [];

    public void Dispose() => Engine.Dispose();

    /// <summary>Sends a command as a client and compares the reply.</summary>
    internal void Check(string command, string reply, string client = "main") =>
        Assert.Equal(reply, Send(command, client));

    /// <summary>Moves the clock and runs the periodic work.</summary>
    internal void Advance(long ms)
    {
        Clock.Advance(ms);
        Engine.Cron();
        Engine.RunTimers();
        Drain("");
    }

    /// <summary>Sends a command, answers the reply in short form.</summary>
    internal string Send(string command, string client = "main")
    {
        byte[][] words = Words.Split(command);
        return Send(words, client);
    }

    /// <summary>Sends a command given by its words.</summary>
    internal string Send(byte[][] words, string client = "main")
    {
        Client sender = ClientOf(client);
        _batch.Reset();
        _batch.BeginRun(sender.Link);
        foreach (byte[] word in words) _batch.AddCopy(word);
        _batch.EndCommand(0);
        _batch.EndRun();
        Engine.Execute(_batch);
        return Drain(client);
    }

    /// <summary>Sends commands of which each may show its value, or has a tag.</summary>
    internal string SendWith(
        string client, params (string Command, IValueReader? Reader, object? Tag)[] commands)
    {
        _batch.Reset();
        _batch.BeginRun(ClientOf(client).Link);
        foreach ((string command, IValueReader? reader, object? tag) in commands)
        {
            int first = _batch.ArgCount;
            foreach (byte[] word in Words.Split(command)) _batch.AddCopy(word);
            _batch.EndCommand(first);
            if (reader is not null || tag is not null) _batch.AddExtra(reader, 7, tag);
        }

        _batch.EndRun();
        Engine.Execute(_batch);
        return Drain(client);
    }

    /// <summary>Sends commands as one pipeline, answers all replies in short form.</summary>
    internal string Pipeline(params string[] commands) => PipelineOf("main", commands);

    /// <summary>Sends commands of a client as one pipeline.</summary>
    internal string PipelineOf(string client, params string[] commands)
    {
        Fill(client, commands);
        Engine.Execute(_batch);
        return Drain(client);
    }

    /// <summary>
    /// Sends a pipeline in whose middle a broken invariant ends the keyspace's turn, and answers
    /// what its next instance has for the client.
    /// </summary>
    internal string FailingPipeline(params string[] commands)
    {
        Fill("main", commands);
        Assert.Throws<InvariantException>(() => Engine.Execute(_batch));
        Engine.AnswerFailure(_batch);
        Engine.Resume(_batch);
        return Drain("main");
    }

    /// <summary>
    /// The same with memory that may be refused, within a command or to the turn.
    /// </summary>
    internal string StarvingPipeline(out bool failed, params string[] commands)
    {
        Fill("main", commands);
        failed = false;
        try
        {
            Engine.Execute(_batch);
        }
        catch (OutOfMemoryException)
        {
            failed = true;
            Engine.AnswerFailure(_batch);
            Engine.Resume(_batch);
        }

        return Drain("main");
    }

    /// <summary>Sends commands, and behind them input that is none.</summary>
    internal string BrokenPipelineOf(string client, string error, params string[] commands)
    {
        Fill(client, commands);
        _batch.Fail(error);
        Engine.Execute(_batch);
        return Drain(client);
    }

    private void Fill(string client, string[] commands)
    {
        _batch.Reset();
        _batch.BeginRun(ClientOf(client).Link);
        foreach (string command in commands)
        {
            int first = _batch.ArgCount;
            foreach (byte[] word in Words.Split(command)) _batch.AddCopy(word);
            _batch.EndCommand(first);
        }

        _batch.EndRun();
    }

    /// <summary>What a client was pushed becomes <see cref="ReplyBytes"/>.</summary>
    internal string TakePush(string client)
    {
        ReplyBytes = _pushBytes[client];
        return Pushes[client];
    }

    /// <summary>What a client was sent outside of any command of its own.</summary>
    internal string DrainFor(string client) => Drain(client);

    /// <summary>A client's connection ends.</summary>
    internal void Disconnect(string name)
    {
        Engine.CloseClient(ClientOf(name).Link);
        _clients.Remove(name);
    }

    /// <summary>A client connects from where the test says.</summary>
    internal void Connect(
        string name, string peer, bool loopback = true, bool unixSocket = false, int socket = 8)
    {
        ClientLink link = new(++_lastId, 0, peer, "127.0.0.1:6379", socket, unixSocket)
        {
            IsLoopback = loopback,
        };
        _clients[name] = Engine.OpenClient(link);
    }

    /// <summary>The client, connected from this machine if it is not yet.</summary>
    internal Client ClientOf(string name)
    {
        if (_clients.TryGetValue(name, out Client? client)) return client;
        string peer = $"127.0.0.1:{40001 + _lastId}";
        ClientLink link = new(++_lastId, 0, peer, "127.0.0.1:6379", 8, false);
        return _clients[name] = Engine.OpenClient(link);
    }

    private string Drain(string sender)
    {
        _output.Finish();
        Dictionary<string, List<byte>> texts = [];
        foreach (ReplySegment segment in _output.Segments)
        {
            string name = NameOf(segment.Link);
            if (!texts.TryGetValue(name, out List<byte>? text)) texts[name] = text = [];
            text.AddRange(_output.Bytes(in segment));
        }

        _output.Reset();
        Pushes.Clear();
        _pushBytes.Clear();
        foreach ((string name, List<byte> text) in texts)
        {
            if (name == sender) continue;
            _pushBytes[name] = text.ToArray();
            Pushes[name] = ShortForm.Of(_pushBytes[name]);
        }

        Effects.Clear();
        EffectBytes = Engine.Propagation.Turn.ToArray();
        Effects.AddRange(ShortForm.Commands(Engine.Propagation.Turn));
        Engine.Propagation.EndTurn();
        ReplyBytes = texts.TryGetValue(sender, out List<byte>? own) ? own.ToArray() : [];
        return ShortForm.Of(ReplyBytes);
    }

    private string NameOf(ClientLink link)
    {
        foreach ((string name, Client client) in _clients)
        {
            if (ReferenceEquals(client.Link, link)) return name;
        }

        return "?";
    }
}
