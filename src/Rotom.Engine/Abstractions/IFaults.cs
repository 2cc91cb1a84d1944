using System.Collections.Generic;

namespace Rotom.Engine.Abstractions;

/// <summary>The places at which a server can be made to fail (DEBUG FAULT).</summary>
public interface IFaults
{
    /// <summary>Their names.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Makes the server fail when it comes there, once.</summary>
    /// <param name="name">Where.</param>
    /// <param name="skip">How many times it goes by unharmed before that.</param>
    /// <returns>False when there is no place of that name.</returns>
    bool TryArm(string name, long skip);

    /// <summary>Nothing fails any more.</summary>
    void Disarm();
}
