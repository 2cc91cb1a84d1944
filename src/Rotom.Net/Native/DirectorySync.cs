using System;
using System.Text;

namespace Rotom.Net.Native;

/// <summary>
/// fsync of a directory, which the framework does not offer: it opens no directories. Here because
/// all system calls are.
/// </summary>
public static class DirectorySync
{
    /// <summary>
    /// Makes the names in a directory durable; 0 or the error number. Systems other than Linux get
    /// what their file system does by itself.
    /// </summary>
    public static int Flush(string path)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        int fd = Libc.OpenRead(Encoding.UTF8.GetBytes(path + "\0"));
        if (fd < 0) return -fd;
        int result = Libc.Fsync(fd);
        Libc.Close(fd);
        return result < 0 ? -result : 0;
    }
}
