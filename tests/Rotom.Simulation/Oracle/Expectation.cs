using System;
using System.Collections.Generic;

namespace Rotom.Simulation.Oracle;

/// <summary>
/// What a client is to hear next: exact bytes, or so many elements that a check looks at and that
/// have at least so many bytes.
/// </summary>
internal sealed record Expectation(
    byte[] Exact, int Elements, Func<List<RespNode>, string?>? Check, string What, int AtLeastBytes)
{
    internal static Expectation Bytes(byte[] bytes, string what) =>
        new(bytes, 0, null, what, bytes.Length);

    /// <summary>The check answers null, or what is wrong.</summary>
    internal static Expectation Of(
        int elements, string what, int atLeastBytes, Func<List<RespNode>, string?> check) =>
        new([], elements, check, what, atLeastBytes);
}
