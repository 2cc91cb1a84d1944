using System.Runtime.InteropServices;

namespace Rotom.Net.Native;

/// <summary>The Linux error numbers that the network layer tells apart.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int TooManyOpenFilesInSystem = 23;
    public const int TooManyOpenFiles = 24;
    public const int ConnectionAborted = 103;
    public const int NoBufferSpace = 105;
    public const int OutOfMemory = 12;

    /// <summary>The system's text for an error, as strerror gives it.</summary>
    public static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
