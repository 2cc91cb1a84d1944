using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace Rotom.Persistence;

// How events and snapshots become bytes. What is kept is a name and the bytes; the name is one that
// the host has chosen for a type, not the type's own, so that types can be renamed and moved, and
// nothing that lies in a store can make the process load a type that was never meant for it.

/// <summary>Turns payloads into bytes and back; called from any thread.</summary>
public interface IPayloadCodec
{
    /// <summary>The name under which a payload is kept, and its bytes.</summary>
    /// <exception cref="PayloadException">It cannot be kept: the event is rejected.</exception>
    (string Name, byte[] Bytes) Encode(object payload);

    /// <summary>The payload.</summary>
    /// <exception cref="PayloadException">There is no such name, or the bytes are broken.
    /// </exception>
    object Decode(string name, ReadOnlySpan<byte> bytes);
}

/// <summary>
/// JSON for the types that were named; bytes, texts and integers as they are.
/// </summary>
public sealed class JsonPayloadCodec : IPayloadCodec
{
    private const string BytesName = "b";
    private const string TextName = "s";
    private const string IntegerName = "i";

    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, string> _names = [];
    private readonly JsonSerializerOptions _json;

    /// <summary>A codec that knows no types yet.</summary>
    public JsonPayloadCodec(JsonSerializerOptions? json = null) =>
        _json = json ?? JsonSerializerOptions.Default;

    /// <summary>Names a type. The name is what is kept: it can never change.</summary>
    /// <param name="name">Longer than one letter.</param>
    /// <typeparam name="T">The type; payloads are of exactly this one.</typeparam>
    public JsonPayloadCodec Map<T>(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length < 2) throw new ArgumentException("Such short names are taken.");
        _types.Add(name, typeof(T));
        // Of several names of one type the last is written, and all are read.
        _names[typeof(T)] = name;
        return this;
    }

    /// <inheritdoc/>
    public (string Name, byte[] Bytes) Encode(object payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        switch (payload)
        {
            case byte[] bytes:
                return (BytesName, bytes);
            case string text:
                return (TextName, Encoding.UTF8.GetBytes(text));
            case long number:
                return (IntegerName, BitConverter.GetBytes(number));
        }

        if (!_names.TryGetValue(payload.GetType(), out string? name))
        {
            throw new PayloadException(
                $"{payload.GetType()} has no name to be kept under: Map it.");
        }

        try
        {
            return (name, JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), _json));
        }
        catch (Exception refused) when (refused is JsonException or NotSupportedException)
        {
            throw new PayloadException($"A '{name}' cannot be written as JSON.", refused);
        }
    }

    /// <inheritdoc/>
    public object Decode(string name, ReadOnlySpan<byte> bytes)
    {
        switch (name)
        {
            case BytesName:
                return bytes.ToArray();
            case TextName:
                return Encoding.UTF8.GetString(bytes);
            case IntegerName when bytes.Length == sizeof(long):
                return BitConverter.ToInt64(bytes);
        }

        if (!_types.TryGetValue(name, out Type? type))
        {
            throw new PayloadException($"'{name}' names no type that is known: Map it.");
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, type, _json)
                ?? throw new PayloadException($"A '{name}' is null.");
        }
        catch (Exception refused) when (refused is JsonException or NotSupportedException)
        {
            throw new PayloadException($"A '{name}' cannot be read as JSON.", refused);
        }
    }
}

/// <summary>A payload cannot be written or read.</summary>
public sealed class PayloadException(string what, Exception? cause = null) : Exception(what, cause);
