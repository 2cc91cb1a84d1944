using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Rotom.Engine;

/// <summary>
/// Assertions that stay on in Release: state that is not what it must be is never used.
/// </summary>
public static class Invariant
{
    /// <summary>
    /// Throws <see cref="InvariantException"/> unless <paramref name="condition"/> holds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!condition) Fail(what);
    }

    /// <summary>Reports a broken invariant.</summary>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Fail(string what) => throw new InvariantException(what);
}

/// <summary>
/// The engine's own state contradicts itself. The owner of the keyspace must not go on with it: it
/// starts anew from snapshot and journal.
/// </summary>
public sealed class InvariantException : Exception
{
    /// <summary>An exception without a description.</summary>
    public InvariantException() : base("Broken invariant")
    {
    }

    /// <summary>An exception that names what does not hold.</summary>
    public InvariantException(string what) : base("Broken invariant: " + what)
    {
    }

    /// <summary>An exception that names what does not hold and what revealed it.</summary>
    public InvariantException(string what, Exception inner)
        : base("Broken invariant: " + what, inner)
    {
    }
}
