using System;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Rotom.Net.Native;

/// <summary>
/// What the framework does not offer of making files durable. Here because all system calls are.
/// </summary>
public static class DiskSync
{
    /// <summary>True where <see cref="FlushData"/> does something.</summary>
    public static bool HasFlushData => OperatingSystem.IsLinux();

    /// <summary>
    /// Makes the names in a directory durable; 0 or the error number. Systems other than Linux get
    /// what their file system does by itself: the framework opens no directories.
    /// </summary>
    public static int FlushDirectory(string path)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        int fd = Libc.OpenRead(Encoding.UTF8.GetBytes(path + "\0"));
        if (fd < 0) return -fd;
        int result = Libc.Fsync(fd);
        Libc.Close(fd);
        return result < 0 ? -result : 0;
    }

    /// <summary>
    /// Makes what was written to a file durable, and its length, but not its times: fdatasync, as
    /// redis-server; the file system's journal is spared. 0 or the error number.
    /// </summary>
    public static int FlushData(SafeFileHandle file)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            int result = Libc.FlushData((int)file.DangerousGetHandle());
            return result < 0 ? -result : 0;
        }
        finally
        {
            if (held) file.DangerousRelease();
        }
    }
}
