using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Engine.Persist;

namespace Rotom.Engine;

// CustomType: a type of value that the host of an engine brings. A value is an object of the host's
// own on the managed heap; the engine holds it under a key, and a CustomType says what the engine
// must know of it: how it is written and read, copied, measured, hashed and let go. Everything else
// is the keyspace's business and works as for any type: TYPE and SCAN TYPE answer its name, and
// EXPIRE, RENAME, MOVE, COPY, DUMP, RESTORE, snapshots, the journal and eviction know it.
//
// Commands of the host reach values by CommandContext.Store (KeyStore.Custom.cs), in the keyspace's
// turn. A value belongs to the engine once it is stored: whoever keeps a reference beyond his turn
// and changes the value behind the engine's back breaks snapshots and journal.
//
// On disk a value is what Redis calls a module value: an identifier of 64 bits (nine characters
// of name, ten bits of the encoding's version), a list of tagged numbers and strings, an end
// mark. Tools that do not know the type can walk over it (redis-check-rdb does); a server that
// does not know it refuses the file and says which type is missing. Old encodings are the type's
// own business: Load is told the version that was written.
//
// A type has no state of its own, so one instance may serve several engines.

/// <summary>A type of value of the host's own; derive from <see cref="CustomType{T}"/>.</summary>
public abstract class CustomType
{
    private protected CustomType(string name, int encodingVersion)
    {
        if (!CustomTypeId.TryMake(name, encodingVersion, out ulong id))
        {
            throw new ArgumentException(
                $"'{name}' in version {encodingVersion} names no type: it takes exactly "
                + $"{CustomTypeId.NameLength} characters, letters, digits, - and _, and a version "
                + $"from 0 to {CustomTypeId.VersionMax}.",
                nameof(name));
        }

        Name = name;
        NameBytes = Encoding.ASCII.GetBytes(name);
        EncodingVersion = encodingVersion;
        Id = id;
    }

    /// <summary>Nine characters: what TYPE answers.</summary>
    public string Name { get; }

    /// <summary>The version of the encoding that is written.</summary>
    public int EncodingVersion { get; }

    /// <summary>Name and version in 64 bits, as Redis packs them.</summary>
    internal ulong Id { get; }

    internal byte[] NameBytes { get; }

    internal abstract void SaveValue(object value, CustomWriter to);

    internal abstract object LoadValue(CustomReader from, int encodingVersion);

    internal abstract object CopyValue(object value);

    internal abstract long BytesOf(object value);

    internal abstract bool IsSlow(object value);

    internal abstract bool FreeSomeOf(object value);

    internal abstract bool RewriteValue(ReadOnlySpan<byte> key, object value, CustomRewriter to);

    internal abstract void DigestValue(object value, CustomDigest digest);
}

/// <summary>
/// A type of value of the host's own. Its methods run in the keyspace's turn, where nobody else
/// runs; they do not wait, and do not reach for keys.
/// </summary>
/// <typeparam name="T">What a value is.</typeparam>
public abstract class CustomType<T> : CustomType where T : class
{
    /// <summary>A type.</summary>
    /// <param name="name">
    /// Nine characters out of letters, digits, <c>-</c> and <c>_</c>, unlike those of other types
    /// in the same files. It can never change.
    /// </param>
    /// <param name="encodingVersion">Counts up when what <see cref="Save"/> writes changes.</param>
    protected CustomType(string name, int encodingVersion = 0) : base(name, encodingVersion)
    {
    }

    /// <summary>Writes a value: the same value, the same bytes.</summary>
    protected internal abstract void Save(T value, CustomWriter to);

    /// <summary>Reads what <see cref="Save"/> wrote, of this version or an older one.</summary>
    /// <param name="from">
    /// The bytes, from a file or from a client's RESTORE: nothing in them is to be believed. What
    /// is wrong is told by a <see cref="CustomValueException"/>.
    /// </param>
    /// <param name="encodingVersion">The version that wrote them.</param>
    protected internal abstract T Load(CustomReader from, int encodingVersion);

    /// <summary>
    /// About how many bytes the value takes: used_memory, MEMORY USAGE and eviction go by it. Asked
    /// whenever the value has changed, so it must be quick.
    /// </summary>
    protected internal abstract long MemoryBytes(T value);

    /// <summary>A value that shares nothing with this one (COPY); by saving and loading unless
    /// there is a quicker way.</summary>
    protected internal virtual T Copy(T value)
    {
        RdbWriter to = new();
        Save(value, new CustomWriter(to));
        RdbReader from = new();
        from.Open(to.Written);
        return Load(new CustomReader(from), EncodingVersion);
    }

    /// <summary>Nobody holds the value any more; disposes it, if that can be done.</summary>
    protected internal virtual void Free(T value) => (value as IDisposable)?.Dispose();

    /// <summary>
    /// True when letting go of the value takes longer than a command should: UNLINK, and what
    /// frees lazily, does it between turns then, by <see cref="FreeSome"/>.
    /// </summary>
    protected internal virtual bool IsSlowToFree(T value) => false;

    /// <summary>Frees some of a value, well under 100 microseconds; true when all of it is gone.
    /// </summary>
    protected internal virtual bool FreeSome(T value)
    {
        Free(value);
        return true;
    }

    /// <summary>
    /// Writes the commands that make the value anew under a key that is not there, for a journal's
    /// base in commands (<c>aof-use-rdb-preamble no</c>). False leaves it to the engine, which
    /// writes a RESTORE; its time to live is written by the engine in both cases.
    /// </summary>
    protected internal virtual bool Rewrite(ReadOnlySpan<byte> key, T value, CustomRewriter to) =>
        false;

    /// <summary>
    /// Hashes what the value holds (DEBUG DIGEST); what is written by <see cref="Save"/> unless its
    /// order depends on more than the value.
    /// </summary>
    protected internal virtual void Digest(T value, CustomDigest digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        RdbWriter to = new();
        Save(value, new CustomWriter(to));
        digest.Add(to.Written);
        digest.EndSequence();
    }

    internal sealed override void SaveValue(object value, CustomWriter to) => Save((T)value, to);

    internal sealed override object LoadValue(CustomReader from, int encodingVersion) =>
        Load(from, encodingVersion)
        ?? throw new CustomValueException("the type's Load returned nothing");

    internal sealed override object CopyValue(object value) => Copy((T)value)
        ?? throw new InvalidOperationException($"The type '{Name}' returned no copy.");

    internal sealed override long BytesOf(object value) => MemoryBytes((T)value);

    internal sealed override bool IsSlow(object value) => IsSlowToFree((T)value);

    internal sealed override bool FreeSomeOf(object value) => FreeSome((T)value);

    internal sealed override bool RewriteValue(
        ReadOnlySpan<byte> key, object value, CustomRewriter to) => Rewrite(key, (T)value, to);

    internal sealed override void DigestValue(object value, CustomDigest digest) =>
        Digest((T)value, digest);
}

/// <summary>Bytes are no value of the type that they should be.</summary>
public sealed class CustomValueException(string what) : Exception(what);
