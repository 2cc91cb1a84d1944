using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using Rotom.Actors.Client;
using Rotom.Actors.Messages;
using Rotom.Resp;

namespace Rotom.Persistence;

// RotomSnapshotStore: a snapshot store plugin of Akka.Persistence in a Rotom server of the same
// process. An actor's snapshots are two keys: a hash of sequence number to name and payload, and a
// sorted set whose scores are the sequence numbers and whose members are "number ticks". So what
// suits some criteria is found, or deleted, without reading a snapshot. Both are changed in one
// transaction.

/// <summary>
/// Snapshots in a Rotom server; HOCON section <c>akka.persistence.snapshot-store.rotom</c>.
/// </summary>
public sealed class RotomSnapshotStore : SnapshotStore
{
    /// <summary>The section of the plugin, by which a persistent actor names it.</summary>
    public const string PluginId = "akka.persistence.snapshot-store.rotom";

    private const string TimesSuffix = ":times";
    private const long PageSize = 64;

    private readonly PluginClient _rotom;

    /// <summary>Called by Akka.</summary>
    public RotomSnapshotStore(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _rotom = new PluginClient(Context.System, config);
    }

    /// <inheritdoc/>
    protected override async Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        IRotomClient client = _rotom.Client;
        string key = KeyOf(persistenceId);
        for (long offset = 0; ; offset += PageSize)
        {
            RespValue page = await client.ExecuteAsync(
                "ZRANGE", key + TimesSuffix, criteria.MaxSequenceNr, criteria.MinSequenceNr,
                "BYSCORE", "REV", "LIMIT", offset, PageSize).ConfigureAwait(false);
            foreach (Kept kept in page.Items.Select(Kept.Parse).Where(kept => kept.Suits(criteria)))
            {
                RespValue frame = await client.ExecuteAsync("HGET", key, kept.SequenceNr)
                    .ConfigureAwait(false);
                // It may have been deleted since it was found.
                if (frame.IsNull) continue;
                SnapshotMetadata metadata = new(persistenceId, kept.SequenceNr, kept.Time);
                return new SelectedSnapshot(metadata, Decode(frame.Bytes.Span));
            }

            if (page.Items.Count < PageSize) return null;
        }
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        string key = KeyOf(metadata.PersistenceId);
        long number = metadata.SequenceNr;
        return Execute(
            new RedisCommand("ZREMRANGEBYSCORE", key + TimesSuffix, number, number),
            new RedisCommand(
                "ZADD", key + TimesSuffix, number, new Kept(number, metadata.Timestamp).Member),
            new RedisCommand("HSET", key, number, Encode(snapshot)));
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        long number = metadata.SequenceNr;
        bool anyTime = metadata.Timestamp == DateTime.MinValue;
        return Delete(
            metadata.PersistenceId, number, number,
            kept => anyTime || kept.Time == metadata.Timestamp);
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        return Delete(
            persistenceId, criteria.MinSequenceNr, criteria.MaxSequenceNr,
            kept => kept.Suits(criteria));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _rotom.Close();
        base.PostStop();
    }

    private string KeyOf(string persistenceId) => _rotom.KeyPrefix + persistenceId;

    private async Task Delete(string persistenceId, long min, long max, Predicate<Kept> suits)
    {
        string key = KeyOf(persistenceId);
        RespValue all = await _rotom.Client
            .ExecuteAsync("ZRANGE", key + TimesSuffix, min, max, "BYSCORE").ConfigureAwait(false);
        List<RespArgument> times = ["ZREM", key + TimesSuffix];
        List<RespArgument> snapshots = ["HDEL", key];
        foreach (Kept kept in all.Items.Select(Kept.Parse))
        {
            if (!suits(kept)) continue;
            times.Add(kept.Member);
            snapshots.Add(kept.SequenceNr);
        }

        if (times.Count == 2) return;
        await Execute(new RedisCommand([.. times]), new RedisCommand([.. snapshots]))
            .ConfigureAwait(false);
    }

    private async Task Execute(params RedisCommand[] commands)
    {
        RespValue all = await _rotom.Client.TransactionAsync(commands).ConfigureAwait(false);
        foreach (RespValue one in all.Items)
        {
            if (one.IsError) throw new RespErrorException(one.AsString()!);
        }
    }

    // A byte for the length of the name, the name, the payload.
    private byte[] Encode(object snapshot)
    {
        (string name, byte[] payload) = _rotom.Codec.Encode(snapshot);
        byte[] letters = Encoding.UTF8.GetBytes(name);
        if (letters.Length > byte.MaxValue) throw new PayloadException("The name is too long.");
        return [(byte)letters.Length, .. letters, .. payload];
    }

    private object Decode(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty || frame.Length <= frame[0])
        {
            throw new PayloadException("The store holds what is no snapshot.");
        }

        string name = Encoding.UTF8.GetString(frame.Slice(1, frame[0]));
        return _rotom.Codec.Decode(name, frame[(1 + frame[0])..]);
    }

    /// <summary>A snapshot as the sorted set knows it.</summary>
    private readonly record struct Kept(long SequenceNr, DateTime Time)
    {
        internal string Member =>
            string.Create(CultureInfo.InvariantCulture, $"{SequenceNr} {Time.Ticks}");

        internal static Kept Parse(RespValue member)
        {
            string[] parts = member.AsString()!.Split(' ');
            return new Kept(
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                new DateTime(
                    long.Parse(parts[1], CultureInfo.InvariantCulture), DateTimeKind.Utc));
        }

        internal bool Suits(SnapshotSelectionCriteria criteria) =>
            SequenceNr >= criteria.MinSequenceNr && SequenceNr <= criteria.MaxSequenceNr
            && Time <= criteria.MaxTimeStamp
            && Time >= (criteria.MinTimestamp ?? DateTime.MinValue);
    }
}
