using System;
using Rotom.Net.Native;

namespace Rotom.Net.Loop;

/// <summary>The thread that asks, which is a loop's when a loop's work asks.</summary>
public static class LoopThread
{
    /// <summary>Processor time it has used; zero on systems that do not tell.</summary>
    public static (TimeSpan User, TimeSpan System) Times()
    {
        if (!OperatingSystem.IsLinux()) return default;
        (long user, long system) = Libc.ThreadMicros();
        return (TimeSpan.FromMicroseconds(user), TimeSpan.FromMicroseconds(system));
    }
}
