using System.Collections.Generic;
using System.Net;
using Akka.Actor;
using Rotom.Net.Transport;

namespace Rotom.Actors.Messages;

// The network actor's protocol. Besides these it takes ReplyBatch from the keyspace.

/// <summary>Sockets are ready: read a batch. From the transport, at most one at a time.</summary>
internal sealed class ReadReady : INoSerializationVerificationNeeded
{
    internal static readonly ReadReady Instance = new();
}

/// <summary>A socket to open.</summary>
/// <param name="Options">Where.</param>
/// <param name="IsOptional">An address that the machine does not have may be left out.</param>
internal sealed record ListenSocket(ListenOptions Options, bool IsOptional);

/// <summary>
/// Open these listening sockets instead of those that are open; answered by <see cref="Listening"/>
/// or Status.Failure, in which case none is open.
/// </summary>
/// <param name="Sockets">The sockets; those that are not optional are opened all or none.</param>
internal sealed record Listen(IReadOnlyList<ListenSocket> Sockets);

/// <summary>The sockets are open.</summary>
/// <param name="EndPoints">Where, with the ports that the system chose.</param>
public sealed record Listening(IReadOnlyList<EndPoint> EndPoints);

/// <summary>Accept nobody any more; answered by Done.</summary>
internal sealed class StopListening
{
    internal static readonly StopListening Instance = new();
}
