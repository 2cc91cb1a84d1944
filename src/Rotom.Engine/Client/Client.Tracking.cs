using System;
using System.Collections.Generic;

namespace Rotom.Engine;

/// <summary>How a client wants to hear of the keys it caches.</summary>
[Flags]
internal enum TrackingOptions
{
    /// <summary>Of all keys it reads.</summary>
    None = 0,

    /// <summary>Of all keys with its prefixes, read or not.</summary>
    Broadcast = 1 << 0,

    /// <summary>Of keys read by a command behind CLIENT CACHING YES.</summary>
    OptIn = 1 << 1,

    /// <summary>Of keys read by commands not behind CLIENT CACHING NO.</summary>
    OptOut = 1 << 2,

    /// <summary>Not of its own changes.</summary>
    NoLoop = 1 << 3,
}

/// <summary>CLIENT TRACKING ON, as one client said it.</summary>
internal sealed class ClientCaching
{
    /// <summary>Its options.</summary>
    internal TrackingOptions Options { get; set; }

    /// <summary>The client that hears in its place; 0 = it hears itself.</summary>
    internal long Redirect { get; set; }

    /// <summary>That client was gone when something was to be said.</summary>
    internal bool IsRedirectBroken { get; set; }

    /// <summary>CLIENT CACHING was said, for the next command.</summary>
    internal bool IsNextNamed { get; set; }

    /// <summary>What it broadcasts on.</summary>
    internal List<Sds> Prefixes { get; } = [];

    internal bool Has(TrackingOptions option) => (Options & option) != 0;

    /// <summary>True when the keys of the command just executed are to be remembered.</summary>
    internal bool Remembers => !Has(TrackingOptions.Broadcast)
        && (!Has(TrackingOptions.OptIn) || IsNextNamed)
        && (!Has(TrackingOptions.OptOut) || !IsNextNamed);
}

// Client-side caching: what the client said about it.
public sealed partial class Client
{
    /// <summary>Set while CLIENT TRACKING is on.</summary>
    internal ClientCaching? Caching { get; set; }
}
