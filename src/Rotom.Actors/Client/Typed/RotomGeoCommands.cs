using System;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands on places: sorted sets whose scores are positions.</summary>
public static class RotomGeoCommands
{
    /// <summary>GEOADD: true when it is new.</summary>
    [Calls("GEOADD")]
    public static ValueTask<bool> GeoAddAsync(
        this IRotomCommands client, RespArgument key, RespArgument member,
        GeoPosition position) =>
        client.Call(
            Reply.Bool, Word.Geoadd, key, Typed.Number(position.Longitude),
            Typed.Number(position.Latitude), member);

    /// <summary>GEOADD: how many are new, or have changed too.</summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="key">The sorted set.</param>
    /// <param name="members">The places.</param>
    /// <param name="when">Whether there must be such a member, or must not.</param>
    /// <param name="countChanged">Counts those that have moved with the new ones (CH).</param>
    [Calls("GEOADD")]
    public static ValueTask<long> GeoAddAsync(
        this IRotomCommands client, RespArgument key,
        ReadOnlySpan<(RespArgument Member, GeoPosition Position)> members,
        SetWhen when = SetWhen.Always, bool countChanged = false)
    {
        WordList words = new(Word.Geoadd, members.Length * 3 + 3);
        words.Add(key);
        words.Add(when);
        if (countChanged) words.Add(Word.Ch);
        foreach ((RespArgument member, GeoPosition position) in members)
        {
            words.Add(Typed.Number(position.Longitude), Typed.Number(position.Latitude));
            words.Add(member);
        }

        return words.Send(client, Reply.Integer);
    }

    /// <summary>GEODIST: null when one of them is not there.</summary>
    [Calls("GEODIST")]
    public static ValueTask<double?> GeoDistanceAsync(
        this IRotomCommands client, RespArgument key, RespArgument first, RespArgument second,
        GeoUnit unit = GeoUnit.Meters) =>
        client.Call(Reply.DoubleOrNull, Word.Geodist, key, first, second, GeoWords.NameOf(unit));

    /// <summary>GEOHASH: null for those that are not there.</summary>
    [Calls("GEOHASH")]
    public static ValueTask<string?[]> GeoHashAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> members) =>
        WordList.Of(Word.Geohash, key, members).Send(client, Reply.TextOrNullArray);

    /// <summary>GEOPOS: null for those that are not there.</summary>
    [Calls("GEOPOS")]
    public static ValueTask<GeoPosition?[]> GeoPositionAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> members) =>
        WordList.Of(Word.Geopos, key, members)
            .Send(client, static reply => Reply.Array(reply, GeoWords.PositionOrNull));

    /// <summary>GEOSEARCH: what lies in an area.</summary>
    [Calls("GEOSEARCH")]
    public static ValueTask<GeoMatch[]> GeoSearchAsync(
        this IRotomCommands client, RespArgument key, GeoSearch search)
    {
        ArgumentNullException.ThrowIfNull(search);
        WordList words = new(Word.Geosearch, 20);
        words.Add(key);
        search.AddTo(ref words);
        GeoWith with = search.With;
        with.AddTo(ref words);
        return words.Send(client, with.Matches());
    }

    /// <summary>GEOSEARCHSTORE: puts what lies in an area into a sorted set; how many.</summary>
    /// <param name="client">Who executes it.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="source">Where from.</param>
    /// <param name="search">Which; what it asks to be told is of no account.</param>
    /// <param name="storeDistances">Scores are distances (STOREDIST), not positions.</param>
    [Calls("GEOSEARCHSTORE")]
    public static ValueTask<long> GeoSearchAndStoreAsync(
        this IRotomCommands client, RespArgument destination, RespArgument source,
        GeoSearch search, bool storeDistances = false)
    {
        ArgumentNullException.ThrowIfNull(search);
        WordList words = new(Word.Geosearchstore, 20);
        words.Add(destination, source);
        search.AddTo(ref words);
        if (storeDistances) words.Add(Word.Storedist);
        return words.Send(client, Reply.Integer);
    }

    /// <summary>GEORADIUS: what lies in a circle. Prefer GeoSearchAsync.</summary>
    [Calls("GEORADIUS")]
    public static ValueTask<GeoMatch[]> GeoRadiusAsync(
        this IRotomCommands client, RespArgument key, GeoPosition center, GeoRadius radius) =>
        Radius(client, Word.Georadius, key, center, radius);

    /// <summary>GEORADIUS_RO: the same, for users who may only read.</summary>
    [Calls("GEORADIUS_RO")]
    public static ValueTask<GeoMatch[]> GeoRadiusReadOnlyAsync(
        this IRotomCommands client, RespArgument key, GeoPosition center, GeoRadius radius) =>
        Radius(client, Word.GeoradiusRo, key, center, radius);

    /// <summary>GEORADIUS with STORE or STOREDIST: how many.</summary>
    [Calls("GEORADIUS")]
    public static ValueTask<long> GeoRadiusAndStoreAsync(
        this IRotomCommands client, RespArgument destination, RespArgument key,
        GeoPosition center, GeoRadius radius, bool storeDistances = false)
    {
        WordList words = new(Word.Georadius, 20);
        words.Add(key);
        words.Add(Typed.Number(center.Longitude), Typed.Number(center.Latitude));
        radius.AddTo(ref words);
        words.Add(storeDistances ? Word.Storedist : Word.Store, destination);
        return words.Send(client, Reply.Integer);
    }

    /// <summary>GEORADIUSBYMEMBER: what lies in a circle around a member. Prefer GeoSearchAsync.
    /// </summary>
    [Calls("GEORADIUSBYMEMBER")]
    public static ValueTask<GeoMatch[]> GeoRadiusByMemberAsync(
        this IRotomCommands client, RespArgument key, RespArgument center, GeoRadius radius) =>
        Radius(client, Word.Georadiusbymember, key, center, radius);

    /// <summary>GEORADIUSBYMEMBER_RO: the same, for users who may only read.</summary>
    [Calls("GEORADIUSBYMEMBER_RO")]
    public static ValueTask<GeoMatch[]> GeoRadiusByMemberReadOnlyAsync(
        this IRotomCommands client, RespArgument key, RespArgument center, GeoRadius radius) =>
        Radius(client, Word.GeoradiusbymemberRo, key, center, radius);

    /// <summary>GEORADIUSBYMEMBER with STORE or STOREDIST: how many.</summary>
    [Calls("GEORADIUSBYMEMBER")]
    public static ValueTask<long> GeoRadiusByMemberAndStoreAsync(
        this IRotomCommands client, RespArgument destination, RespArgument key,
        RespArgument center, GeoRadius radius, bool storeDistances = false)
    {
        WordList words = new(Word.Georadiusbymember, 20);
        words.Add(key, center);
        radius.AddTo(ref words);
        words.Add(storeDistances ? Word.Storedist : Word.Store, destination);
        return words.Send(client, Reply.Integer);
    }

    private static ValueTask<GeoMatch[]> Radius(
        IRotomCommands client, RespArgument name, RespArgument key, GeoPosition center,
        GeoRadius radius)
    {
        WordList words = new(name, 20);
        words.Add(key);
        words.Add(Typed.Number(center.Longitude), Typed.Number(center.Latitude));
        return Radius(client, ref words, radius);
    }

    private static ValueTask<GeoMatch[]> Radius(
        IRotomCommands client, RespArgument name, RespArgument key, RespArgument center,
        GeoRadius radius)
    {
        WordList words = new(name, 20);
        words.Add(key, center);
        return Radius(client, ref words, radius);
    }

    private static ValueTask<GeoMatch[]> Radius(
        IRotomCommands client, ref WordList words, GeoRadius radius)
    {
        radius.AddTo(ref words);
        GeoWith with = radius.With;
        with.AddTo(ref words);
        return words.Send(client, with.Matches());
    }
}
