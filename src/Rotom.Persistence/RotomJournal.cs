using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Rotom.Actors.Client;
using Rotom.Actors.Messages;
using Rotom.Resp;

namespace Rotom.Persistence;

// RotomJournal: a journal plugin of Akka.Persistence whose events are in a Rotom server of the same
// process. An actor's events are one sorted set: the score is the sequence number, the member the
// frame below. So appending is a ZADD, replaying a range, deleting a range, each O(log n), and a
// group of events is one command: all of it or nothing.
//
//   frame   number, 8 bytes big endian | ticks, 8 | payload's name | manifest | writer | payload
//
// The highest number outlives the events: before a deletion it is noted beside them.
//
// An event is acknowledged when the server has answered, which with appendonly and appendfsync
// always is when it is on the disk. A server without a journal of its own keeps events as long as
// it lives. Order is the client's: what is sent first is executed first, so nothing here awaits
// before it has sent.

/// <summary>A journal in a Rotom server; HOCON section <c>akka.persistence.journal.rotom</c>.
/// </summary>
public sealed class RotomJournal : AsyncWriteJournal
{
    /// <summary>The section of the plugin, by which a persistent actor names it.</summary>
    public const string PluginId = "akka.persistence.journal.rotom";

    /// <summary>Above this a score, which is a double, would not be exact.</summary>
    private const long SequenceMax = 1L << 53;

    private const string HighestSuffix = ":highest";

    private readonly PluginClient _rotom;
    private readonly int _page;

    /// <summary>Called by Akka.</summary>
    public RotomJournal(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _rotom = new PluginClient(Context.System, config);
        _page = Math.Max(1, config.GetInt("replay-page"));
    }

    /// <inheritdoc/>
    public override async Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr)
    {
        RespValue found = await _rotom.Client.TransactionAsync(
        [
            new RedisCommand("ZRANGE", KeyOf(persistenceId), "0", "0", "REV", "WITHSCORES"),
            new RedisCommand("GET", KeyOf(persistenceId) + HighestSuffix),
        ]).ConfigureAwait(false);
        RespValue newest = Sound(found.Items[0]);
        RespValue noted = Sound(found.Items[1]);
        long highest = newest.Items.Count == 0 ? 0 : ScoreOf(newest);
        return noted.IsNull ? highest : Math.Max(highest, noted.AsInteger());
    }

    /// <inheritdoc/>
    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        ArgumentNullException.ThrowIfNull(recoveryCallback);
        IRotomClient client = _rotom.Client;
        IPayloadCodec codec = _rotom.Codec;
        long next = Math.Max(0, fromSequenceNr);
        long to = Math.Min(toSequenceNr, SequenceMax);
        while (max > 0 && next <= to)
        {
            long wanted = Math.Min(max, _page);
            RespValue page = await client.ExecuteAsync(
                "ZRANGE", KeyOf(persistenceId), next, to, "BYSCORE", "LIMIT", 0, wanted)
                .ConfigureAwait(false);
            foreach (RespValue frame in page.Items)
            {
                Persistent found = Decode(persistenceId, frame.Bytes, codec);
                next = found.SequenceNr + 1;
                recoveryCallback(found);
            }

            if (page.Items.Count < wanted) return;
            max -= wanted;
        }
    }

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>?> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<RedisCommand> commands = [];
        List<Exception?> rejections = [];
        bool rejects = false;
        IPayloadCodec codec = _rotom.Codec;
        foreach (AtomicWrite write in messages)
        {
            try
            {
                commands.Add(Append(write, codec));
                rejections.Add(null);
            }
            catch (PayloadException refused)
            {
                rejections.Add(refused);
                rejects = true;
            }
        }

        IImmutableList<Exception>? outcome = rejects ? [.. rejections!] : null;
        return commands.Count == 0
            ? Task.FromResult(outcome)
            : Write(_rotom.Client, commands, outcome);
    }

    /// <inheritdoc/>
    protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        string key = KeyOf(persistenceId);
        long highest = await ReadHighestSequenceNrAsync(persistenceId, 0).ConfigureAwait(false);
        // What was written meanwhile has a higher number, and is not meant.
        long to = Math.Min(toSequenceNr, highest);
        await Execute(
            _rotom.Client,
            [
                new RedisCommand("SET", key + HighestSuffix, highest),
                new RedisCommand("ZREMRANGEBYSCORE", key, "-inf", to),
            ]).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _rotom.Close();
        base.PostStop();
    }

    private static async Task<IImmutableList<Exception>?> Write(
        IRotomClient client, List<RedisCommand> commands, IImmutableList<Exception>? outcome)
    {
        await Execute(client, commands).ConfigureAwait(false);
        return outcome;
    }

    private static async Task Execute(IRotomClient client, List<RedisCommand> commands)
    {
        if (commands.Count == 1)
        {
            await client.ExecuteAsync(commands[0].Words).ConfigureAwait(false);
            return;
        }

        RespValue all = await client.TransactionAsync(commands).ConfigureAwait(false);
        foreach (RespValue one in all.Items) Sound(one);
    }

    private static RespValue Sound(RespValue value) =>
        value.IsError ? throw new RespErrorException(value.AsString()!) : value;

    // RESP3 pairs a member with its score.
    private static long ScoreOf(RespValue newest)
    {
        RespValue score = newest.Items[0].Items is [_, var paired] ? paired : newest.Items[1];
        return (long)score.AsDouble();
    }

    private string KeyOf(string persistenceId) => _rotom.KeyPrefix + persistenceId;

    private RedisCommand Append(AtomicWrite write, IPayloadCodec codec)
    {
        var events = (IImmutableList<IPersistentRepresentation>)write.Payload;
        RespArgument[] words = new RespArgument[2 + (2 * events.Count)];
        words[0] = "ZADD";
        words[1] = KeyOf(write.PersistenceId);
        for (int i = 0; i < events.Count; i++)
        {
            words[2 + (2 * i)] = events[i].SequenceNr;
            words[3 + (2 * i)] = Encode(events[i], codec);
        }

        return new RedisCommand(words);
    }

    private static byte[] Encode(IPersistentRepresentation one, IPayloadCodec codec)
    {
        if (one.SequenceNr > SequenceMax) throw new PayloadException("The journal is full.");
        (string name, byte[] payload) = codec.Encode(one.Payload);
        using MemoryStream stream = new(payload.Length + 64);
        using BinaryWriter writer = new(stream);
        writer.Write(BinaryPrimitives.ReverseEndianness(one.SequenceNr));
        writer.Write(BinaryPrimitives.ReverseEndianness(one.Timestamp));
        writer.Write(name);
        writer.Write(one.Manifest);
        writer.Write(one.WriterGuid);
        writer.Write(payload);
        writer.Flush();
        return stream.ToArray();
    }

    private static Persistent Decode(
        string persistenceId, ReadOnlyMemory<byte> frame, IPayloadCodec codec)
    {
        byte[] bytes = frame.ToArray();
        using BinaryReader reader = new(new MemoryStream(bytes));
        try
        {
            long number = BinaryPrimitives.ReverseEndianness(reader.ReadInt64());
            long ticks = BinaryPrimitives.ReverseEndianness(reader.ReadInt64());
            string name = reader.ReadString();
            string manifest = reader.ReadString();
            string writer = reader.ReadString();
            object payload = codec.Decode(
                name, bytes.AsSpan((int)reader.BaseStream.Position));
            return new Persistent(
                payload, number, persistenceId, manifest, false, null, writer, ticks);
        }
        catch (Exception broken) when (broken is EndOfStreamException or FormatException)
        {
            throw new PayloadException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The journal of '{persistenceId}' holds what is no event."),
                broken);
        }
    }
}
