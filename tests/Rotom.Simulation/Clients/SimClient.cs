using System;
using System.Collections.Generic;
using Rotom.Simulation.Oracle;
using Rotom.Simulation.World;

namespace Rotom.Simulation.Clients;

// SimClient: one client program. It connects, writes pipelines in pieces, reads when it likes,
// leaves in all the ways there are, and comes back as another connection.
//
// Each connection has a temper of its own: how much it sends ahead, how fast it reads, whether it
// ever sends garbage. What was sent is kept until the server executes it, so that the oracle goes
// by what the client said and not by what the server's parser made of it.

/// <summary>A client and its current connection.</summary>
internal sealed class SimClient(int number, SimWorld world, SimNetwork network, Workload workload)
{
    /// <summary>The network of the server there is.</summary>
    internal SimNetwork Network { get; set; } = network;

    private const int OverLimitBytes = 20 << 10;

    private readonly List<byte> _unwritten = [];
    private int _readPerMille;
    private int _pipelineMax;
    private int _brokenPerMille;
    private bool _isOperator;

    internal int Number => number;

    internal SimSocket? Socket { get; private set; }

    internal ReplyChecker Checker { get; private set; } = new("nobody");

    /// <summary>Commands sent and not yet executed, in order.</summary>
    internal Queue<Sent> Sent { get; private set; } = new();

    /// <summary>
    /// Its input broke while it waited for a key: nothing it says is heard any more, and the error
    /// comes when it has been served.
    /// </summary>
    internal bool IsBroken { get; set; }

    internal bool IsConnected => Socket is not null;

    /// <summary>Replies checked on connections that are gone.</summary>
    internal long CheckedBefore { get; private set; }

    /// <summary>Times it was closed and had left so much unread that this may be why.</summary>
    internal int OverLimitCloses { get; private set; }

    /// <summary>True when everything was sent, executed and heard.</summary>
    internal bool IsDone => Socket is null || (IsBroken && Checker.IsSatisfied)
        || (Sent.Count == 0 && _unwritten.Count == 0 && Checker.IsSatisfied && !Checker.ExpectsEnd
            && !Checker.IsKilled);

    internal string State => $"client {number} ({Socket?.RemoteAddress}): "
        + $"{Sent.Count} commands not executed, "
        + $"waits for the reply to '{Checker.NextExpected}'";

    /// <summary>One thing that a client may do.</summary>
    internal void Act(Func<string> address, bool faults)
    {
        SimRandom random = world.Random;
        if (Socket is null)
        {
            Connect();
            return;
        }

        if (faults && random.PerMille(4))
        {
            Leave();
            return;
        }

        if (random.PerMille(_readPerMille)) Read(random.PerMille(500) ? int.MaxValue : 100);
        if (Socket is null) return;
        bool asks = _unwritten.Count == 0 && !Checker.ExpectsEnd && !IsBroken;
        if (asks && Sent.Count < 200) Ask(address, faults);
        Write(random.PerMille(700));
    }

    /// <summary>Sends commands that the caller chooses.</summary>
    internal void Say(string[] args)
    {
        _unwritten.AddRange(Wire.Encode(args, world.Random));
        Sent.Enqueue(new Sent(args));
    }

    /// <summary>Writes all it has and reads all there is.</summary>
    internal void Settle()
    {
        if (Socket is null) return;
        Socket.Widen();
        Write(all: true);
        Read(int.MaxValue);
    }

    internal void Connect()
    {
        SimRandom random = world.Random;
        Socket = Network.Connect(random.Pick([20, 300, 4096, 65_536]) + random.Below(100));
        Checker = new ReplyChecker($"client {number} ({Socket.RemoteAddress})")
        {
            Heard = world.Heard,
        };
        Sent = new Queue<Sent>();
        IsBroken = false;
        _readPerMille = random.Pick([1000, 700, 300, 10]);
        _pipelineMax = random.Pick([1, 1, 4, 12, 40]);
        _brokenPerMille = random.PerMille(150) ? 30 : 0;
        _isOperator = workload.HasOperators && random.PerMille(150);
    }

    /// <summary>Drops the connection, in order or not.</summary>
    internal void Leave()
    {
        if (Socket is null) return;
        if (world.Random.PerMille(500)) Socket.ClientResets();
        else Socket.ClientEnds();
        Forget();
    }

    /// <summary>The server is no more, and with it all that was under way.</summary>
    internal void Vanish()
    {
        if (Socket is not null) Forget();
    }

    private void Ask(Func<string> address, bool faults)
    {
        SimRandom random = world.Random;
        for (int i = random.Between(1, _pipelineMax); i > 0; i--)
        {
            if (_isOperator) Say(workload.Operate());
            else foreach (string[] args in workload.Next(address, faults)) Say(args);
        }

        if (!faults || !random.PerMille(_brokenPerMille)) return;
        (byte[] bytes, Sent sent) = Wire.Broken(random);
        _unwritten.AddRange(bytes);
        Sent.Enqueue(sent);
    }

    private void Write(bool all)
    {
        if (_unwritten.Count == 0) return;
        SimRandom random = world.Random;
        int count = all ? _unwritten.Count : random.Between(1, _unwritten.Count);
        Socket!.ClientWrites(
            [.. _unwritten.GetRange(0, count)],
            random.PerMille(800) ? 0 : random.Below(5_000_000));
        _unwritten.RemoveRange(0, count);
    }

    private void Read(int most)
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = Socket!.ClientReads(most, out long sentNanos);
            if (bytes.IsEmpty) break;
            most -= bytes.Length;
            world.Trace.Add(number);
            world.Trace.Add(bytes);
            Checker.Receive(bytes, sentNanos);
        }

        if (!Socket.ServerClosed || Socket.ReadableByClient > 0) return;
        world.Trace.Add(-number);
        // The server counts what it closed for its limits: the sum is compared at the end.
        bool isMuch =
            Checker.PendingBytes + Checker.Invalidations.PendingBytes > OverLimitBytes;
        if (isMuch && !Checker.IsKilled && !Checker.ExpectsEnd) OverLimitCloses++;
        Checker.End(isMuch);
        Forget();
    }

    private void Forget()
    {
        CheckedBefore += Checker.Checked;
        Checker = new ReplyChecker("nobody");
        Socket = null;
        Sent = new Queue<Sent>();
        _unwritten.Clear();
    }
}
