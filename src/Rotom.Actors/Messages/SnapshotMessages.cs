using System;
using Akka.Actor;
using Rotom.Actors.Persistence;

namespace Rotom.Actors.Messages;

// Between the keyspace and the snapshot actor, and from the store that waits for the disk in their
// place. Snapshots are numbered: what is said about one that was given up means nothing any more.

/// <summary>Begin a file.</summary>
/// <param name="Number">Of the snapshot.</param>
/// <param name="PersistenceId">Whose.</param>
internal sealed record BeginSnapshotFile(long Number, string PersistenceId);

/// <summary>Write this; the array is the receiver's, who returns it.</summary>
/// <param name="Number">Of the snapshot.</param>
/// <param name="Bytes">What to write.</param>
internal sealed record WriteSnapshot(long Number, ArraySegment<byte> Bytes)
    : INoSerializationVerificationNeeded;

/// <summary>That was all: make it the snapshot; answered by <see cref="SnapshotFileEnded"/>.
/// </summary>
/// <param name="Number">Of the snapshot.</param>
internal sealed record CommitSnapshot(long Number);

/// <summary>Forget it.</summary>
/// <param name="Number">Of the snapshot.</param>
internal sealed record DiscardSnapshot(long Number);

/// <summary>So many bytes are written.</summary>
/// <param name="Number">Of the snapshot.</param>
/// <param name="Bytes">How many of one chunk.</param>
internal sealed record SnapshotWritten(long Number, int Bytes);

/// <summary>The file has its name, or there is none.</summary>
/// <param name="Number">Of the snapshot.</param>
/// <param name="Error">Why not; empty when it has.</param>
internal sealed record SnapshotFileEnded(long Number, string Error);

/// <summary>Time for another slice; from the keyspace to itself.</summary>
internal sealed class SnapshotStep : INoSerializationVerificationNeeded
{
    internal static readonly SnapshotStep Instance = new();
}

/// <summary>Load what is kept; answered by <see cref="DataLoaded"/> when it is there.</summary>
internal sealed class LoadData
{
    internal static readonly LoadData Instance = new();
}

/// <summary>The data set is there, or cannot be.</summary>
/// <param name="Error">Why not; empty when it is.</param>
internal sealed record DataLoaded(string Error);

/// <summary>Save what a server that ends has to; answered by <see cref="SavedAtEnd"/>.</summary>
/// <param name="Save">Whether there are save points or not.</param>
/// <param name="NoSave">Not even if there are.</param>
/// <param name="Force">End though saving fails.</param>
internal sealed record SaveAtEnd(bool Save, bool NoSave, bool Force);

/// <summary>Nobody is served any more, unless saving failed.</summary>
/// <param name="Succeeded">False when the server goes on.</param>
internal sealed record SavedAtEnd(bool Succeeded);
