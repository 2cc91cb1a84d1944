using System;
using System.IO;
using System.Net;

namespace Rotom.Net.Transport;

/// <summary>A listening socket to open.</summary>
/// <param name="EndPoint">An IPEndPoint or a UnixDomainSocketEndPoint.</param>
public sealed record ListenOptions(EndPoint EndPoint)
{
    /// <summary>Connections the system may hold for us (tcp-backlog).</summary>
    public int Backlog { get; init; } = 511;

    /// <summary>
    /// Permissions of a unix socket (unixsocketperm), set before anyone can connect; null leaves
    /// what the process' umask gives.
    /// </summary>
    public UnixFileMode? UnixMode { get; init; }

    /// <summary>
    /// Connections begin with a TLS handshake, by what <see cref="TransportGroup.Tls"/> then is.
    /// </summary>
    public bool Tls { get; init; }
}

/// <summary>A listening socket that could not be opened.</summary>
public sealed class ListenException : IOException
{
    /// <summary>Says which address and why.</summary>
    public ListenException(string address, string operation, string reason, Exception? inner = null)
        : base($"Could not listen on {address}: {operation}: {reason}", inner)
    {
        Address = address;
        Operation = operation;
        Reason = reason;
    }

    /// <summary>The address as <c>ip:port</c> or a path.</summary>
    public string Address { get; }

    /// <summary>The call that failed, e.g. <c>bind</c>.</summary>
    public string Operation { get; }

    /// <summary>The system's words, e.g. <c>Address already in use</c>.</summary>
    public string Reason { get; }
}
