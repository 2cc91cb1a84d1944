using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Resp.Batch;
using Rotom.Simulation.Clients;
using Rotom.Simulation.Oracle;
using Rotom.Simulation.World;

namespace Rotom.Simulation;

// Each turn of the keyspace, told to the oracle: at its beginning, or where memory is limited at
// its end, when it is known what was evicted and what was refused.
internal sealed partial class Simulation
{
    /// <summary>The batch in which the keyspace failed, and where it goes on.</summary>
    private (CommandBatch? Batch, int Run, int Command) _failed;

    private LostKeys _lost = null!;
    private CallLog? _log;
    private TurnInput? _input;
    private bool _isDown;

    /// <summary>What a batch asks, in the oracle's words.</summary>
    private sealed record TurnInput(
        CommandBatch Batch, int Loop, ClientLink[] Opened, InputRun[] Runs, ClientLink[] Closed);

    private sealed record InputRun(ClientLink Link, string[][] Commands, string? ProtocolError);

    private void OnAttached(SimConnection connection)
    {
        SimClient? client = _clients.Find(one => one.Socket == connection.Socket);
        if (client is not null) _bySocket[connection.Socket.Descriptor] = client;
    }

    // What goes wrong in here must not look to the server like a fault of its own.
    private void OnExecuting(CommandBatch batch)
    {
        if (_isDown) return;
        Guard(() =>
        {
            BeginTurn();
            TurnInput input = Read(batch);
            if (_log is null) Execute(input);
            else _input = input;
        });
    }

    private void OnTurnEnds(long seq)
    {
        if (_isDown) return;
        Guard(() =>
        {
            if (_input is { } input) Execute(input);
            _input = null;
            _model.EndLoggedTurn();
            _history?.EndTurn(_model.Turn, seq);
            _model.EndTurn(_lost.TakeEnded(), _world.Clock.UnixTimeMs);
        });
    }

    private void OnTimers()
    {
        if (_isDown) return;
        Guard(() =>
        {
            BeginTurn();
            _model.RunTimers();
        });
    }

    private void OnHeard(Turn turn, long sentNanos) => _history?.Heard(turn, sentNanos);

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (SimulationFailure failure)
        {
            _failure ??= failure;
        }
    }

    private void BeginTurn()
    {
        ReadClock();
        _model.BeginTurn();
        _model.DiskError = _server.Engine.DiskError;
        if (_model.DiskError is not null && !HadTrouble)
            throw new SimulationFailure($"'{_model.DiskError}', and the disk is well");
    }

    private static TurnInput Read(CommandBatch batch)
    {
        InputRun[] runs = new InputRun[batch.Runs.Length];
        for (int i = 0; i < runs.Length; i++)
        {
            CommandRun run = batch.Runs[i];
            string[][] commands = new string[run.CommandCount][];
            for (int j = 0; j < commands.Length; j++)
            {
                commands[j] = Words(batch, batch.Commands[run.FirstCommand + j]);
            }

            runs[i] = new InputRun(run.Link, commands, run.ProtocolError);
        }

        return new TurnInput(batch, batch.Loop, [.. batch.Opened], runs, [.. batch.Closed]);
    }

    private void Execute(TurnInput input)
    {
        _diary?.WriteLine(
            $"{_model.NowMs} loop {input.Loop}: {input.Opened.Length} came, "
            + $"{input.Runs.Length} asked, {input.Closed.Length} left");
        // After a failure the batch comes again, and goes on behind the command that failed.
        (int at, int command) = ReferenceEquals(input.Batch, _failed.Batch)
            ? (_failed.Run, _failed.Command)
            : (0, 0);
        if (_failed.Batch is null)
        {
            foreach (ClientLink link in input.Opened) Open(link);
            // Who waits and has left takes nothing any more.
            foreach (ClientLink link in input.Closed)
            {
                if (_modelOf.TryGetValue(link, out ModelClient? left) && left.IsBlocked)
                    _model.Close(link.Id);
            }
        }

        _failed = default;
        for (int i = at; i < input.Runs.Length; i++)
        {
            int done = Execute(input.Runs[i], i == at ? command : 0);
            if (done >= 0)
            {
                _failed = (input.Batch, i, done);
                return;
            }
        }

        _model.RunFreed();
        foreach (ClientLink link in input.Closed)
        {
            _model.Close(link.Id);
            _modelOf.Remove(link);
        }

        _model.EndBatch();
    }

    private void ReadClock()
    {
        _model.NowMs = _world.Clock.UnixTimeMs;
        _model.NowMicros = _world.Clock.UnixTimeMicros;
        _model.NowNanos = _world.Clock.MonotonicNanos;
    }

    private void Open(ClientLink link)
    {
        int descriptor = ((SimConnection)link.NetState!).Socket.Descriptor;
        // A client that has left again before it was taken in is nobody's any more.
        bool isThere = _bySocket.TryGetValue(descriptor, out SimClient? client)
            && client.Socket?.Descriptor == descriptor;
        ReplyChecker checker = isThere ? client!.Checker : new ReplyChecker("left");
        _modelOf[link] =
            _model.Open(link.Id, link.RemoteAddress, checker, () => link.IsClosing);
    }

    // -1, or how many commands of the run are done when the keyspace fails.
    private int Execute(InputRun run, int from)
    {
        Queue<Sent>? sent = SentBy(run.Link);
        ModelClient client = _modelOf[run.Link];
        for (int i = from; i < run.Commands.Length; i++)
        {
            string[] args = run.Commands[i];
            _diary?.WriteLine($"  {client.Id} {client.Address}: {string.Join(' ', args)}");
            if (sent is not null && Hears(client)) Compare(sent, args);
            _commands++;
            try
            {
                _model.Execute(client, args);
            }
            catch (ModelKeyspaceFault)
            {
                _restarts++;
                _model.Fail(client);
                return i + 1;
            }
        }

        if (run.ProtocolError is null) return -1;
        _diary?.WriteLine($"  {client.Id} {client.Address}: {run.ProtocolError}");
        string beginning = "ERR Protocol error";
        if (sent is not null && Hears(client))
        {
            if (!sent.TryDequeue(out Sent? broken) || broken.Error is null)
            {
                throw new SimulationFailure($"'{run.ProtocolError}', but the input was in order");
            }

            beginning = broken.Error;
            if (client.IsBlocked) ClientOf(run.Link)!.IsBroken = true;
        }

        _model.Refuse(client, beginning);
        return -1;
    }

    /// <summary>What the client said and the server has not executed; null: it has left.</summary>
    private Queue<Sent>? SentBy(ClientLink link) => ClientOf(link)?.Sent;

    private SimClient? ClientOf(ClientLink link)
    {
        int descriptor = ((SimConnection)link.NetState!).Socket.Descriptor;
        return _bySocket.TryGetValue(descriptor, out SimClient? client)
            && client.Socket?.Descriptor == descriptor
                ? client
                : null;
    }

    private static bool Hears(ModelClient client) =>
        !client.IsClosing && !client.IsGone && client.RestingError is null;

    private static void Compare(Queue<Sent> sent, string[] args)
    {
        if (sent.TryDequeue(out Sent? next) && next.Args.SequenceEqual(args)) return;
        throw new SimulationFailure(
            $"The server executes '{string.Join(' ', args)}', the client said "
            + $"'{string.Join(' ', next?.Args ?? ["nothing"])}'");
    }

    private static string[] Words(CommandBatch batch, CommandRef command)
    {
        string[] words = new string[command.ArgCount];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Encoding.Latin1.GetString(batch.Bytes(batch.Args[command.FirstArg + i]));
        }

        return words;
    }
}
