using System;
using System.Collections.Generic;

using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>What CLIENT SETINFO sets.</summary>
public enum ClientAttribute
{
    /// <summary>Name of the library (LIB-NAME).</summary>
    LibraryName,

    /// <summary>Its version (LIB-VER).</summary>
    LibraryVersion,
}

/// <summary>A type of clients.</summary>
public enum ClientType
{
    /// <summary>Those that send commands.</summary>
    Normal,

    /// <summary>Servers that this one replicates.</summary>
    Master,

    /// <summary>Servers that replicate this one.</summary>
    Replica,

    /// <summary>Those that listen to channels.</summary>
    PubSub,
}

/// <summary>Which clients CLIENT KILL closes: those that pass everything that is set.</summary>
public sealed record ClientFilter
{
    /// <summary>CLIENT ID.</summary>
    public long? Id { get; init; }

    /// <summary>The type.</summary>
    public ClientType? Type { get; init; }

    /// <summary>The user.</summary>
    public string? User { get; init; }

    /// <summary>The client's address.</summary>
    public string? Address { get; init; }

    /// <summary>The address that it has connected to.</summary>
    public string? LocalAddress { get; init; }

    /// <summary>At least this old, in whole seconds (MAXAGE).</summary>
    public TimeSpan? MinAge { get; init; }

    /// <summary>Not the client that asks (SKIPME).</summary>
    public bool SkipMe { get; init; } = true;

    internal void AddTo(ref WordList words)
    {
        if (Id is { } id) words.Add(Word.Id, id);
        if (Type is { } type) words.Add(Word.Type, ClientWords.NameOf(type));
        if (User is not null) words.Add(Word.User, User);
        if (Address is not null) words.Add(Word.Addr, Address);
        if (LocalAddress is not null) words.Add(Word.Laddr, LocalAddress);
        if (MinAge is { } age) words.Add(Word.Maxage, (long)age.TotalSeconds);
        words.Add(Word.Skipme, SkipMe ? Word.Yes : Word.No);
    }
}

/// <summary>A client, as CLIENT LIST says it.</summary>
public sealed class ClientDescription
{
    private ClientDescription(Dictionary<string, string> fields) => Fields = fields;

    /// <summary>All fields of its line, as texts.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; }

    /// <summary>CLIENT ID.</summary>
    public long Id => Number("id");

    /// <summary>Its address.</summary>
    public string Address => Fields["addr"];

    /// <summary>Its name; empty when it has none.</summary>
    public string Name => Fields["name"];

    /// <summary>The user it acts as.</summary>
    public string User => Fields["user"];

    /// <summary>Its database.</summary>
    public int Database => (int)Number("db");

    /// <summary>The command that it sent last.</summary>
    public string Command => Fields["cmd"];

    /// <summary>A letter for each state that it is in.</summary>
    public string Flags => Fields["flags"];

    /// <summary>How long it is there.</summary>
    public TimeSpan Age => TimeSpan.FromSeconds(Number("age"));

    /// <summary>How long it has not sent anything.</summary>
    public TimeSpan IdleTime => TimeSpan.FromSeconds(Number("idle"));

    /// <summary>Bytes that it takes.</summary>
    public long MemoryBytes => Number("tot-mem");

    internal static ClientDescription[] ParseAll(RespValue reply) =>
        Array.ConvertAll(
            Reply.Text(reply).Split('\n', StringSplitOptions.RemoveEmptyEntries), Parse);

    internal static ClientDescription ParseOne(RespValue reply) => Parse(Reply.Text(reply));

    private static ClientDescription Parse(string line)
    {
        Dictionary<string, string> fields = [];
        foreach (string field in line.TrimEnd().Split(' '))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) fields[field[..equals]] = field[(equals + 1)..];
        }

        return fields.ContainsKey("id")
            ? new ClientDescription(fields)
            : throw new InvalidCastException("The reply should be the line of a client.");
    }

    private long Number(string name) =>
        long.Parse(Fields[name], System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The words of clients.</summary>
internal static class ClientWords
{
    internal static RespArgument NameOf(ClientType type) => type switch
    {
        ClientType.Normal => Word.Normal,
        ClientType.Master => Word.Master,
        ClientType.Replica => Word.Replica,
        ClientType.PubSub => Word.Pubsub,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
