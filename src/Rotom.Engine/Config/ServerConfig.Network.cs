namespace Rotom.Engine.Config;

// Listening, connections and their limits.
// Defaults, ranges and their reasons: ConfigTable.Network.cs.
public sealed partial class ServerConfig
{
    /// <summary>port: TCP port; 0 = none.</summary>
    public int Port { get; set; }

    /// <summary>
    /// bind: addresses to listen on; a leading - means: go on where it is missing.
    /// </summary>
    public string[] Bind { get; set; } = [];

    /// <summary>bind-source-addr: address from which connections to a master are made.</summary>
    public string BindSourceAddress { get; set; } = "";

    /// <summary>unixsocket: path of a Unix socket; empty = none.</summary>
    public string UnixSocket { get; set; } = "";

    /// <summary>unixsocketperm: mode of the Unix socket; 0 = as the umask says.</summary>
    public int UnixSocketPermissions { get; set; }

    /// <summary>tcp-backlog: length of the queue of connections not yet accepted.</summary>
    public int TcpBacklog { get; set; }

    /// <summary>tcp-keepalive: seconds between keep-alive probes; 0 = none.</summary>
    public int TcpKeepAliveSeconds { get; set; }

    /// <summary>timeout: seconds after which an idle client is closed; 0 = never.</summary>
    public int TimeoutSeconds { get; set; }

    /// <summary>maxclients: clients at a time.</summary>
    public int MaxClients { get; set; }

    /// <summary>
    /// protected-mode: refuse other machines while there is no password and no explicit bind.
    /// </summary>
    public bool ProtectedMode { get; set; }

    /// <summary>
    /// client-query-buffer-limit: bytes a client may have sent and not yet had executed.
    /// </summary>
    public long ClientQueryBufferBytesMax { get; set; }

    /// <summary>proto-max-bulk-len: bytes of one argument and of one string value.</summary>
    public long ProtoMaxBulkLen { get; set; }

    /// <summary>
    /// client-output-buffer-limit: output a client of each class may leave unread.
    /// </summary>
    public OutputBufferLimits ClientOutputBufferLimits { get; set; }

    /// <summary>
    /// maxmemory-clients: bytes of all clients' buffers together; negative = percent of
    /// maxmemory; 0 = no limit.
    /// </summary>
    public long MaxMemoryClients { get; set; }

    /// <summary>
    /// io-threads: 0 or 1: the network shares the keyspace's thread; more: so many network
    /// loops.
    /// </summary>
    public int IOThreads { get; set; }

    /// <summary>transport: how sockets are watched (Rotom).</summary>
    public TransportKind Transport { get; set; }

    /// <summary>
    /// busy-poll-us: microseconds the loop polls before it sleeps (Rotom); 0 = sleep at once.
    /// </summary>
    public int BusyPollMicroseconds { get; set; }

    /// <summary>
    /// coalesce-us: most microseconds the loop lets requests gather while many clients send at a
    /// high rate (Rotom); 0 = never.
    /// </summary>
    public int CoalesceMicroseconds { get; set; } = 50;
}
