using Rotom.Resp;

namespace Rotom.Net.Transport;

/// <summary>Bounds on what a client may leave unread (client-output-buffer-limit).</summary>
/// <param name="HardBytes">Closed at once above this; 0 means no bound.</param>
/// <param name="SoftBytes">Closed when above this for too long; 0 means no bound.</param>
/// <param name="SoftSeconds">How long is too long.</param>
public sealed record OutputLimit(long HardBytes, long SoftBytes, int SoftSeconds);

/// <summary>
/// What CONFIG SET may change while the network runs: plain values, read by the loops at each use.
/// </summary>
/// <remarks>Any thread may set a value; a loop sees it at the next connection or turn.</remarks>
public sealed class NetSettings
{
    /// <summary>Most clients at a time (maxclients).</summary>
    public int MaxClients { get; set; } = 10_000;

    /// <summary>Seconds after which an idle client is closed, 0 for never (timeout).</summary>
    public int TimeoutSeconds { get; set; }

    /// <summary>Seconds between keep-alive probes, 0 for none (tcp-keepalive).</summary>
    public int TcpKeepAliveSeconds { get; set; } = 300;

    /// <summary>Seconds a client has to authenticate if it must, 0 for ever.</summary>
    public int AuthenticationSeconds { get; set; } = 10;

    /// <summary>Unread replies a client may cause before it has authenticated.</summary>
    public int UnauthenticatedOutputBytes { get; set; } = 1024;

    /// <summary>
    /// Limits on input: proto-max-bulk-len, client-query-buffer-limit and those of the protocol.
    /// </summary>
    public RespLimits Input { get; } = new();

    /// <summary>Output bound of normal clients. Redis has none: an unbounded heap.</summary>
    public OutputLimit NormalOutput { get; set; } = new(256L << 20, 0, 0);

    /// <summary>Output bound of subscribers, as Redis' default.</summary>
    public OutputLimit SubscriberOutput { get; set; } = new(32L << 20, 8L << 20, 60);

    /// <summary>
    /// Unsent bytes above which a client is not read until it has taken half of them. High, since a
    /// client that writes its whole pipeline before it reads would wait for us as we wait for it.
    /// </summary>
    public long ReadPauseOutputBytes { get; set; } = 64L << 20;
}

/// <summary>How a message of the network layer matters.</summary>
public enum NetLogLevel
{
    /// <summary>Of use when looking for something.</summary>
    Debug,

    /// <summary>Worth a line.</summary>
    Notice,

    /// <summary>Somebody should look.</summary>
    Warning,
}

/// <summary>Where the network layer says what happened; called on any loop's thread.</summary>
public delegate void NetLog(NetLogLevel level, string message);
