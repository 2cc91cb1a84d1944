using System.Net;
using System.Net.Sockets;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

/// <summary>A connection between accept and the loop that will own it.</summary>
/// <param name="Descriptor">The socket's number, -1 where sockets have none.</param>
/// <param name="Socket">The framework's socket, or null.</param>
/// <param name="Remote">The peer; null for a unix socket.</param>
/// <param name="Local">Our side as text; for a unix socket both sides have this name.</param>
internal sealed record AcceptedSocket(
    int Descriptor,
    Socket? Socket,
    IPEndPoint? Remote,
    string Local)
{
    /// <summary>It came to a port that speaks TLS.</summary>
    public bool IsTls { get; init; }

    public ClientLink MakeLink(long id, int loop, BufferLedger ledger) =>
        new(id, loop, Remote?.ToString() ?? Local, Local, Descriptor, Remote is null)
        {
            Ledger = ledger,
            IsLoopback = Remote is null || IPAddress.IsLoopback(Remote.Address),
        };
}
