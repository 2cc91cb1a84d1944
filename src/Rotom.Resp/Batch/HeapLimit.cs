using System;
using System.Collections.Generic;

namespace Rotom.Resp.Batch;

/// <summary>
/// The limit of the managed heap that this process was started with (GCHeapHardLimit), and what
/// follows from it for memory that is kept for later: without a limit the usual, with one a share.
/// </summary>
public static class HeapLimit
{
    /// <summary>Bytes; 0 for none.</summary>
    public static long Bytes { get; } =
        GC.GetConfigurationVariables().GetValueOrDefault("GCHeapHardLimit") is long bytes
            ? bytes
            : 0;

    /// <summary>So many bytes, or a share of the limit if that is less.</summary>
    /// <param name="usual">Without a limit.</param>
    /// <param name="part">What part of the limit: one in so many.</param>
    public static int AtMost(int usual, int part) =>
        Bytes == 0 ? usual : (int)Math.Min(usual, Bytes / part);
}
