using System;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>
/// Commands about connections. What they change holds for all who share the client.
/// </summary>
public static class RotomConnectionCommands
{
    /// <summary>PING: done when the server has answered.</summary>
    [Calls("PING")]
    public static async ValueTask PingAsync(this IRotomCommands client)
    {
        RespValue reply = await client.ExecuteAsync(
            [Word.Ping], CancellationToken.None).ConfigureAwait(false);
        if (reply.IsNull || reply.AsString() != "PONG") throw Reply.Other(reply, "PONG");
    }

    /// <summary>PING with a message: the message.</summary>
    [Calls("PING")]
    public static ValueTask<byte[]> PingAsync(this IRotomCommands client, RespArgument message) =>
        client.Call(Reply.Bytes, Word.Ping, message);

    /// <summary>ECHO: the message.</summary>
    [Calls("ECHO")]
    public static ValueTask<byte[]> EchoAsync(this IRotomCommands client, RespArgument message) =>
        client.Call(Reply.Bytes, Word.Echo, message);

    /// <summary>SELECT: the client's database from now on.</summary>
    [Calls("SELECT")]
    public static ValueTask SelectAsync(this IRotomCommands client, int database) =>
        client.CallForOk(Word.Select, database);

    /// <summary>WATCH: the next transaction does nothing if one of the keys changes before it.
    /// </summary>
    [Calls("WATCH")]
    public static ValueTask WatchAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys)
    {
        WordList words = new(Word.Watch, keys.Length);
        words.Add(keys);
        return words.SendForOk(client);
    }

    /// <summary>UNWATCH: forgets what is watched.</summary>
    [Calls("UNWATCH")]
    public static ValueTask UnwatchAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Unwatch);

    /// <summary>CLIENT ID, asked of the server.</summary>
    [Calls("CLIENT|ID")]
    public static ValueTask<long> ClientIdAsync(this IRotomCommands client) =>
        client.Call(Reply.Integer, Word.Client, Word.Id);

    /// <summary>CLIENT GETNAME: null when it has none.</summary>
    [Calls("CLIENT|GETNAME")]
    public static ValueTask<string?> ClientNameAsync(this IRotomCommands client) =>
        client.Call(Reply.TextOrNull, Word.Client, Word.Getname);

    /// <summary>CLIENT SETNAME; an empty one takes it away.</summary>
    [Calls("CLIENT|SETNAME")]
    public static ValueTask ClientSetNameAsync(this IRotomCommands client, string name) =>
        client.CallForOk(Word.Client, Word.Setname, name);

    /// <summary>CLIENT SETINFO: name and version of the library, as CLIENT LIST shows them.
    /// </summary>
    [Calls("CLIENT|SETINFO")]
    public static ValueTask ClientSetInfoAsync(
        this IRotomCommands client, ClientAttribute attribute, string value) =>
        client.CallForOk(
            Word.Client, Word.Setinfo,
            attribute == ClientAttribute.LibraryName ? Word.LibName : Word.LibVer, value);

    /// <summary>CLIENT INFO: what CLIENT LIST says of this client.</summary>
    [Calls("CLIENT|INFO")]
    public static ValueTask<ClientDescription> ClientInfoAsync(this IRotomCommands client) =>
        client.Call(ClientDescription.ParseOne, Word.Client, Word.Info);

    /// <summary>CLIENT LIST: all clients, or those of a type.</summary>
    [Calls("CLIENT|LIST")]
    public static ValueTask<ClientDescription[]> ClientListAsync(
        this IRotomCommands client, ClientType? type = null) =>
        type is { } wanted
            ? client.Call(
                ClientDescription.ParseAll, Word.Client, Word.List, Word.Type,
                ClientWords.NameOf(wanted))
            : client.Call(ClientDescription.ParseAll, Word.Client, Word.List);

    /// <summary>CLIENT LIST ID: those that are there of these.</summary>
    [Calls("CLIENT|LIST")]
    public static ValueTask<ClientDescription[]> ClientListAsync(
        this IRotomCommands client, params ReadOnlySpan<long> ids)
    {
        WordList words = new(Word.Client, ids.Length + 2);
        words.Add(Word.List, Word.Id);
        foreach (long id in ids) words.Add(id);
        return words.Send(client, ClientDescription.ParseAll);
    }

    /// <summary>CLIENT KILL with filters: how many were closed.</summary>
    [Calls("CLIENT|KILL")]
    public static ValueTask<long> ClientKillAsync(this IRotomCommands client, ClientFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        WordList words = new(Word.Client, 16);
        words.Add(Word.Kill);
        filter.AddTo(ref words);
        return words.Send(client, Reply.Integer);
    }

    /// <summary>CLIENT KILL, in its old form: closes the client at an address, an error when there
    /// is none.</summary>
    [Calls("CLIENT|KILL")]
    public static ValueTask ClientKillAsync(this IRotomCommands client, string address) =>
        client.CallForOk(Word.Client, Word.Kill, address);

    /// <summary>CLIENT PAUSE: no client is served for so long; or none that would write.</summary>
    [Calls("CLIENT|PAUSE")]
    public static ValueTask ClientPauseAsync(
        this IRotomCommands client, TimeSpan time, bool writesOnly = false) =>
        client.CallForOk(
            Word.Client, Word.Pause, Typed.Milliseconds(time),
            writesOnly ? Word.Write : Word.All);

    /// <summary>CLIENT UNPAUSE.</summary>
    [Calls("CLIENT|UNPAUSE")]
    public static ValueTask ClientUnpauseAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Client, Word.Unpause);

    /// <summary>CLIENT UNBLOCK: ends the waiting of a client, as if its time was over or with an
    /// error; false when it does not wait.</summary>
    [Calls("CLIENT|UNBLOCK")]
    public static ValueTask<bool> ClientUnblockAsync(
        this IRotomCommands client, long id, bool withError = false) =>
        client.Call(
            Reply.Bool, Word.Client, Word.Unblock, id, withError ? Word.Error : Word.Timeout);

    /// <summary>CLIENT NO-EVICT: the client is not closed when clients take too much memory.
    /// </summary>
    [Calls("CLIENT|NO-EVICT")]
    public static ValueTask ClientNoEvictAsync(this IRotomCommands client, bool on) =>
        client.CallForOk(Word.Client, Word.NoEvict, on ? Word.On : Word.Off);

    /// <summary>CLIENT NO-TOUCH: what the client reads does not count as used.</summary>
    [Calls("CLIENT|NO-TOUCH")]
    public static ValueTask ClientNoTouchAsync(this IRotomCommands client, bool on) =>
        client.CallForOk(Word.Client, Word.NoTouch, on ? Word.On : Word.Off);
}
