using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Whether a command does its work at once or later.</summary>
public enum FlushMode
{
    /// <summary>As the setting lazyfree-lazy-user-flush says.</summary>
    Default,

    /// <summary>The memory is free when it is done.</summary>
    Sync,

    /// <summary>The keys are gone when it is done, the memory a little later.</summary>
    Async,
}

/// <summary>What ROLE says.</summary>
/// <param name="Name"><c>master</c>.</param>
/// <param name="Offset">How far it has written the stream for replicas.</param>
/// <param name="Replicas">The replicas.</param>
public sealed record ServerRole(string Name, long Offset, IReadOnlyList<RespValue> Replicas);

/// <summary>How many have written the client's commands to disk.</summary>
/// <param name="Local">1 when this server has.</param>
/// <param name="Replicas">How many replicas have.</param>
public readonly record struct AofAcknowledgement(long Local, long Replicas);

/// <summary>Commands about the server, its databases and its settings.</summary>
public static class RotomServerCommands
{
    /// <summary>DBSIZE: how many keys the database has.</summary>
    [Calls("DBSIZE")]
    public static ValueTask<long> DatabaseSizeAsync(this IRotomCommands client) =>
        client.Call(Reply.Integer, Word.Dbsize);

    /// <summary>FLUSHDB: removes all keys of the database.</summary>
    [Calls("FLUSHDB")]
    public static ValueTask FlushDatabaseAsync(
        this IRotomCommands client, FlushMode mode = FlushMode.Default) =>
        Flush(client, Word.Flushdb, mode);

    /// <summary>FLUSHALL: removes all keys of all databases.</summary>
    [Calls("FLUSHALL")]
    public static ValueTask FlushAllAsync(
        this IRotomCommands client, FlushMode mode = FlushMode.Default) =>
        Flush(client, Word.Flushall, mode);

    /// <summary>SWAPDB: two databases change their numbers.</summary>
    [Calls("SWAPDB")]
    public static ValueTask SwapDatabasesAsync(
        this IRotomCommands client, int first, int second) =>
        client.CallForOk(Word.Swapdb, first, second);

    /// <summary>TIME: the server's, to a microsecond.</summary>
    [Calls("TIME")]
    public static ValueTask<DateTimeOffset> TimeAsync(this IRotomCommands client) =>
        client.Call(Microseconds, Word.Time);

    /// <summary>INFO: the sections and their fields, as texts; all usual ones when none is named.
    /// </summary>
    [Calls("INFO")]
    public static ValueTask<Dictionary<string, Dictionary<string, string>>> InfoAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> sections) =>
        WordList.Of(Word.Info, sections).Send(client, InfoSections);

    /// <summary>CONFIG GET: the settings whose names match one of the globs.</summary>
    [Calls("CONFIG|GET")]
    public static ValueTask<Dictionary<string, string>> ConfigGetAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> patterns) =>
        WordList.Of(Word.Config, Word.Get, patterns).Send(client, Reply.TextByText);

    /// <summary>CONFIG SET: all of them, or none and an error.</summary>
    [Calls("CONFIG|SET")]
    public static ValueTask ConfigSetAsync(
        this IRotomCommands client,
        params ReadOnlySpan<(RespArgument Name, RespArgument Value)> settings)
    {
        WordList words = new(Word.Config, settings.Length * 2 + 1);
        words.Add(Word.Set);
        words.AddPairs(settings);
        return words.SendForOk(client);
    }

    /// <summary>CONFIG REWRITE: writes the settings to the file they came from; an error when there
    /// is none.</summary>
    [Calls("CONFIG|REWRITE")]
    public static ValueTask ConfigRewriteAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Config, Word.Rewrite);

    /// <summary>CONFIG RESETSTAT: sets the counters of INFO to zero.</summary>
    [Calls("CONFIG|RESETSTAT")]
    public static ValueTask ConfigResetStatisticsAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Config, Word.Resetstat);

    /// <summary>SAVE: done when the snapshot is written; nobody is served meanwhile.</summary>
    [Calls("SAVE")]
    public static ValueTask SaveAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Save);

    /// <summary>BGSAVE: begins a snapshot; what the server says.</summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="schedule">Later, if it cannot be now (SCHEDULE); not an error.</param>
    [Calls("BGSAVE")]
    public static ValueTask<string> BackgroundSaveAsync(
        this IRotomCommands client, bool schedule = false) =>
        schedule
            ? client.Call(Reply.Text, Word.Bgsave, Word.Schedule)
            : client.Call(Reply.Text, Word.Bgsave);

    /// <summary>BGREWRITEAOF: begins to write the journal anew; what the server says.</summary>
    [Calls("BGREWRITEAOF")]
    public static ValueTask<string> RewriteAofAsync(this IRotomCommands client) =>
        client.Call(Reply.Text, Word.Bgrewriteaof);

    /// <summary>LASTSAVE: when the last snapshot was written.</summary>
    [Calls("LASTSAVE")]
    public static ValueTask<DateTimeOffset> LastSaveAsync(this IRotomCommands client) =>
        client.Call(Reply.UnixSeconds, Word.Lastsave);

    /// <summary>ROLE.</summary>
    [Calls("ROLE")]
    public static ValueTask<ServerRole> RoleAsync(this IRotomCommands client) =>
        client.Call(Role, Word.Role);

    /// <summary>WAIT: how many replicas have what this client wrote; the client waits for so many,
    /// or for the timeout, null for ever.</summary>
    [Calls("WAIT")]
    public static ValueTask<long> WaitForReplicasAsync(
        this IRotomCommands client, long replicas, TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        client.ExecuteAsync(
            [Word.Wait, replicas, Typed.PatienceMs(timeout)], Reply.Integer, cancellation);

    /// <summary>WAITAOF: the same for what is on disk, here and at replicas; an error when the
    /// journal is off.</summary>
    [Calls("WAITAOF")]
    public static ValueTask<AofAcknowledgement> WaitForAofAsync(
        this IRotomCommands client, bool local = true, long replicas = 0,
        TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        client.ExecuteAsync(
            [Word.Waitaof, local ? 1 : 0, replicas, Typed.PatienceMs(timeout)], Acknowledged,
            cancellation);

    /// <summary>LOLWUT: a picture.</summary>
    [Calls("LOLWUT")]
    public static ValueTask<string> LolwutAsync(this IRotomCommands client, long? version = null) =>
        version is { } number
            ? client.Call(Reply.Text, Word.Lolwut, Word.Version, number)
            : client.Call(Reply.Text, Word.Lolwut);

    private static ValueTask Flush(IRotomCommands client, RespArgument name, FlushMode mode) =>
        mode switch
        {
            FlushMode.Default => client.CallForOk(name),
            FlushMode.Sync => client.CallForOk(name, Word.Sync),
            FlushMode.Async => client.CallForOk(name, Word.Async),
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };

    private static DateTimeOffset Microseconds(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return DateTimeOffset.FromUnixTimeSeconds(items[0].AsInteger())
            .AddMicroseconds(items[1].AsInteger());
    }

    private static ServerRole Role(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 3);
        return new ServerRole(Reply.Text(items[0]), items[1].AsInteger(), Reply.Items(items[2]));
    }

    private static AofAcknowledgement Acknowledged(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return new AofAcknowledgement(items[0].AsInteger(), items[1].AsInteger());
    }

    private static Dictionary<string, Dictionary<string, string>> InfoSections(RespValue reply)
    {
        Dictionary<string, Dictionary<string, string>> sections =
            new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> fields = [];
        foreach (string line in Reply.Text(reply).Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                fields = [];
                sections[line[2..]] = fields;
                continue;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) fields[line[..colon]] = line[(colon + 1)..];
        }

        return sections;
    }
}
