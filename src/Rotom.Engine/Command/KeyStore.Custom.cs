using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Values of the host's own types. Unlike strings they are not copied out: a handler works on the
// value itself. So a change has two ends: Edit, before it, saves what a snapshot under way needs of
// the value as it is; Edited, behind it, tells the world.
//
// What is propagated is the whole value, as a RESTORE of what DUMP would answer. For large values
// that are changed often, CustomCommand.PropagatesItself propagates the command instead.
public readonly ref partial struct KeyStore
{
    /// <summary>A value, to be looked at only; null when there is no such key.</summary>
    /// <exception cref="WrongTypeException">The key holds something else.</exception>
    public T? Get<T>(CustomType<T> type, ReadOnlySpan<byte> key) where T : class
    {
        ArgumentNullException.ThrowIfNull(type);
        Entry entry = _client.Database.LookupRead(KeyOf(key), _client);
        return entry.IsNull ? null : ValueOf(type, entry);
    }

    /// <summary>
    /// A value, to be changed in place; null when there is no such key. Who has changed it says
    /// <see cref="Edited"/>, or <see cref="Delete"/>, before anything else.
    /// </summary>
    /// <exception cref="WrongTypeException">The key holds something else.</exception>
    public T? Edit<T>(CustomType<T> type, ReadOnlySpan<byte> key) where T : class
    {
        ArgumentNullException.ThrowIfNull(type);
        BeforeWrite();
        Key k = KeyOf(key);
        Entry entry = _client.Database.LookupWrite(k);
        if (entry.IsNull) return null;
        T value = ValueOf(type, entry);
        _client.Database.BeforeChange(k);
        return value;
    }

    /// <summary>The value of a key was changed in place.</summary>
    /// <exception cref="InvalidOperationException">There is no value of a custom type.</exception>
    public void Edited(ReadOnlySpan<byte> key)
    {
        Entry entry = _client.Database.Table.Find(key, _engine.Hash(key));
        if (entry.IsNull || entry.Type != ObjectType.Module)
        {
            throw new InvalidOperationException("There is no value to be changed under this key.");
        }

        _engine.Payloads.Customs.Measure(entry.Payload.Block);
        Tell(key, entry);
    }

    /// <summary>
    /// Sets a key to a value of a custom type, whatever it held; the value is the engine's from now
    /// on.
    /// </summary>
    /// <param name="type">A registered type.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, which is not stored anywhere yet.</param>
    /// <param name="timeToLive">How long it lives; null for ever.</param>
    /// <exception cref="InvalidOperationException">
    /// The type is not registered, or the value is stored under this key already.
    /// </exception>
    public void Set<T>(
        CustomType<T> type, ReadOnlySpan<byte> key, T value, TimeSpan? timeToLive = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(value);
        CustomValues values = _engine.Payloads.Customs;
        if (!values.Knows(type)) throw NotRegistered(type);
        long? atMs = timeToLive is { } span ? At(span) : null;
        BeforeWrite();
        Key k = KeyOf(key);
        Entry old = _client.Database.Peek(k);
        if (!old.IsNull && old.Type == ObjectType.Module
            && ReferenceEquals(values.ValueOf(old.Payload.Block), value))
        {
            throw new InvalidOperationException(
                "The value is stored under this key already: Edited tells of a change.");
        }

        Handle payload = values.Add(type, value);
        Entry entry = _client.Database.SetPayload(
            k, ObjectType.Module, ObjectEncoding.Raw, payload);
        if (atMs is { } at) entry = _client.Database.SetExpire(entry, k, at);
        Tell(key, entry);
    }

    private T ValueOf<T>(CustomType<T> type, Entry entry) where T : class
    {
        CustomValues values = _engine.Payloads.Customs;
        if (entry.Type != ObjectType.Module || values.TypeOf(entry.Payload.Block) != type)
        {
            throw values.Knows(type) ? new WrongTypeException() : NotRegistered(type);
        }

        return (T)values.ValueOf(entry.Payload.Block);
    }

    private static InvalidOperationException NotRegistered(CustomType type) =>
        new($"The type '{type.Name}' is not registered with this server.");

    private void Tell(ReadOnlySpan<byte> key, Entry entry)
    {
        Changed(key, NotifyClass.Module, _context.Command.FullNameBytes);
        if (!_engine.Propagation.Enabled || PropagatesItself) return;
        // First: if the type fails to write it, no half of a command may be in the journal.
        ReadOnlySpan<byte> payload = _engine.DumpPayload.Make(entry);
        EffectWriter effect = Effect(entry.HasExpiry ? 6 : 5).Word("RESTORE"u8).Word(key)
            .Word(entry.HasExpiry ? entry.ExpireAtMs : 0)
            .Word(payload)
            .Word("REPLACE"u8);
        if (entry.HasExpiry) effect.Word("ABSTTL"u8);
    }
}
