using System;
using Akka.Actor;
using Rotom.Actors.Persistence;

namespace Rotom.Actors.Messages;

// The journal actor's protocol. Its parent, the keyspace, tells it a JournalEvent to be kept, and
// an IAofBaseSource to make a base of; these come back.

/// <summary>A base to be loaded; the first that comes out of a journal.</summary>
/// <param name="Base">Where it is.</param>
/// <param name="Seq">Number of the last event that it holds.</param>
internal sealed record LoadBase(AofBase Base, long Seq) : INoSerializationVerificationNeeded;

/// <summary>The next slice of a base, from the keyspace to itself.</summary>
internal sealed class LoadMore : INoSerializationVerificationNeeded
{
    internal static readonly LoadMore Instance = new();
}

/// <summary>An event that the journal holds, to be applied.</summary>
/// <param name="Event">Its commands; whoever applies it recycles it.</param>
/// <param name="Seq">Its number.</param>
internal sealed record ReplayTurn(JournalEvent Event, long Seq)
    : INoSerializationVerificationNeeded;

/// <summary>Everything has been replayed; from now on events are kept.</summary>
/// <param name="Seq">Number of the last event there is.</param>
internal sealed record JournalReady(long Seq) : INoSerializationVerificationNeeded;

/// <summary>The journal cannot be read.</summary>
/// <param name="Cause">Why.</param>
internal sealed record JournalUnreadable(Exception Cause) : INoSerializationVerificationNeeded;

/// <summary>The journal could not keep an event and has stopped.</summary>
/// <param name="Cause">Why.</param>
internal sealed record JournalLost(Exception Cause) : INoSerializationVerificationNeeded;

/// <summary>Events up to a number are kept.</summary>
/// <param name="Seq">The number.</param>
internal sealed record JournalKept(long Seq) : INoSerializationVerificationNeeded;

/// <summary>A new base has taken its place, or has not.</summary>
/// <param name="Failure">Why not; null when it has.</param>
internal sealed record BaseMade(Exception? Failure) : INoSerializationVerificationNeeded;

/// <summary>
/// The data could not be loaded again while the server runs; from the keyspace to its supervisor.
/// </summary>
/// <param name="Problem">Why.</param>
internal sealed record DataLost(string Problem);

/// <summary>The plugin has let go of a journal that ended: nothing of it is under way.</summary>
/// <param name="Store">Which.</param>
internal sealed record JournalForgotten(AofStore Store) : INoSerializationVerificationNeeded;

/// <summary>The journal takes writes again, or does not any more.</summary>
internal sealed class JournalStateChanged : INoSerializationVerificationNeeded
{
    internal static readonly JournalStateChanged Instance = new();
}

/// <summary>Events are not written yet, but may be answered.</summary>
internal sealed class JournalHolds : INoSerializationVerificationNeeded
{
    internal static readonly JournalHolds Instance = new();
}

/// <summary>More of the journal is on the disk; told while somebody waits for it.</summary>
internal sealed class JournalFlushed : INoSerializationVerificationNeeded
{
    internal static readonly JournalFlushed Instance = new();
}

/// <summary>
/// Asks that everything executed so far be on the disk: answered by Done.
/// </summary>
internal sealed class FlushJournal
{
    internal static readonly FlushJournal Instance = new();
}

/// <summary>Flush what has been written of a journal; answered by Done.</summary>
/// <param name="PersistenceId">Whose.</param>
internal sealed record FlushNow(string PersistenceId) : INoSerializationVerificationNeeded;

/// <summary>The next slice of a rewrite.</summary>
internal sealed class RewriteStep : INoSerializationVerificationNeeded
{
    /// <summary>It is due: one a turn of the loop.</summary>
    internal static readonly RewriteStep Due = new();

    /// <summary>From the file's thread, which takes more or nothing more: one is due.</summary>
    internal static readonly RewriteStep Asked = new();
}

/// <summary>Look whether the disk has what a lost actor had written.</summary>
internal sealed class LookForKept : INoSerializationVerificationNeeded
{
    internal static readonly LookForKept Instance = new();
}
