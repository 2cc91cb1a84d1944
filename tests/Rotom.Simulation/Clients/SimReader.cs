using System;
using System.Collections.Generic;
using Rotom.Simulation.Oracle;
using Rotom.Simulation.World;

namespace Rotom.Simulation.Clients;

/// <summary>
/// Somebody who asks and waits for the answer, whatever it is; no time goes by meanwhile.
/// </summary>
internal sealed class SimReader(SimWorld world, SimNetwork network, Action check)
{
    private const int RoundsMax = 100_000;

    private readonly SimSocket _socket = network.Connect(1 << 20);

    /// <summary>The reply to a command.</summary>
    internal RespNode Ask(params string[] args)
    {
        _socket.ClientWrites(Wire.Encode(args), 0);
        List<byte> received = [];
        for (int round = 0; round < RoundsMax; round++)
        {
            world.TurnAll();
            check();
            received.AddRange(_socket.ClientReads(int.MaxValue, out _));
            if (received.Count == 0) continue;
            int at = 0;
            if (RespNode.Read(received.ToArray(), ref at) is { } reply) return reply;
        }

        throw new SimulationFailure($"no answer to '{string.Join(' ', args)}'");
    }

    /// <summary>It goes.</summary>
    internal void Leave() => _socket.ClientEnds();
}
