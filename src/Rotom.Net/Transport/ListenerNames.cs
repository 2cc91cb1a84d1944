using System.IO;
using System.Net;
using System.Net.Sockets;

namespace Rotom.Net.Transport;

/// <summary>How listening addresses are written, and the files that unix sockets leave.</summary>
internal static class ListenerNames
{
    public static string Of(EndPoint endPoint) => endPoint.ToString() ?? string.Empty;

    /// <summary>
    /// Removes the socket file of a server that did not get to remove it. A file with contents is
    /// not a socket and stays: bind then says that the address is in use.
    /// </summary>
    public static void RemoveStale(string path)
    {
        FileInfo file = new(path);
        if (file.Exists && file.Length == 0) file.Delete();
    }

    /// <summary>The words that the system's strerror has, where the framework's differ.</summary>
    public static string Reason(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "Address already in use",
        SocketError.AddressNotAvailable => "Cannot assign requested address",
        SocketError.AccessDenied => "Permission denied",
        _ => error.Message,
    };
}
