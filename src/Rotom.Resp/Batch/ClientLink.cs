using System.Threading;

namespace Rotom.Resp.Batch;

/// <summary>
/// One connected client, as the network layer and the engine both see it. Each side hangs its own
/// state on it, so that neither has to know the other's types and no look-up by id is needed.
/// </summary>
/// <remarks>
/// Ownership: <see cref="NetState"/> belongs to the network loop that accepted the client,
/// <see cref="EngineState"/> to the keyspace. The counters are written by one side and read by the
/// other without locks; a reader may see a value one turn old.
/// </remarks>
public sealed class ClientLink
{
    private long _queryBufferBytes;
    private long _queryBufferFreeBytes;
    private long _outputBytes;
    private long _lastInteractionMs;
    private int _closing;
    private int _blocked;

    /// <summary>Makes the link of one accepted client.</summary>
    /// <param name="id">The client's id: unique for the life of the server, ascending.</param>
    /// <param name="loop">Index of the network loop that owns the socket.</param>
    /// <param name="remoteAddress">As CLIENT LIST's <c>addr</c>: <c>ip:port</c> or a path.</param>
    /// <param name="localAddress">As CLIENT LIST's <c>laddr</c>.</param>
    /// <param name="fileDescriptor">Socket number for CLIENT LIST, -1 when there is none.</param>
    /// <param name="isUnixSocket">True when the client came through a unix socket.</param>
    public ClientLink(
        long id,
        int loop,
        string remoteAddress,
        string localAddress,
        int fileDescriptor,
        bool isUnixSocket)
    {
        Id = id;
        Loop = loop;
        RemoteAddress = remoteAddress;
        LocalAddress = localAddress;
        FileDescriptor = fileDescriptor;
        IsUnixSocket = isUnixSocket;
    }

    /// <summary>The client's id, as CLIENT ID answers it.</summary>
    public long Id { get; }

    /// <summary>Index of the network loop that owns the socket, 0 when fused.</summary>
    public int Loop { get; }

    /// <summary>Peer address, as CLIENT LIST's <c>addr</c>.</summary>
    public string RemoteAddress { get; }

    /// <summary>Our address, as CLIENT LIST's <c>laddr</c>.</summary>
    public string LocalAddress { get; }

    /// <summary>Socket number for CLIENT LIST, -1 when there is none.</summary>
    public int FileDescriptor { get; }

    /// <summary>True when the client came through a unix socket.</summary>
    public bool IsUnixSocket { get; }

    /// <summary>True when the peer's address is a loopback address or a unix socket.</summary>
    public bool IsLoopback { get; init; } = true;

    /// <summary>The connection object of the network loop.</summary>
    public object? NetState { get; set; }

    /// <summary>The client object of the engine.</summary>
    public object? EngineState { get; set; }

    /// <summary>Unparsed input held for the client, in bytes (CLIENT LIST's <c>qbuf</c>).</summary>
    public long QueryBufferBytes
    {
        get => Volatile.Read(ref _queryBufferBytes);
        set => Note(ref _queryBufferBytes, value);
    }

    /// <summary>
    /// Room left in the client's own input buffer (CLIENT LIST's <c>qbuf-free</c>).
    /// </summary>
    public long QueryBufferFreeBytes
    {
        get => Volatile.Read(ref _queryBufferFreeBytes);
        set => Note(ref _queryBufferFreeBytes, value);
    }

    /// <summary>
    /// Replies the socket has not taken yet, in bytes (CLIENT LIST's <c>omem</c>).
    /// </summary>
    public long OutputBytes
    {
        get => Volatile.Read(ref _outputBytes);
        set => Note(ref _outputBytes, value);
    }

    /// <summary>All that is held for the client; 0 once its connection is closed.</summary>
    public long BufferBytes => QueryBufferBytes + QueryBufferFreeBytes + OutputBytes;

    /// <summary>When the client last sent something, in unix milliseconds.</summary>
    public long LastInteractionMs
    {
        get => Volatile.Read(ref _lastInteractionMs);
        set => Volatile.Write(ref _lastInteractionMs, value);
    }

    /// <summary>Set while the engine lets the client wait: its silence is not idleness.</summary>
    public bool IsBlocked
    {
        get => Volatile.Read(ref _blocked) != 0;
        set => Volatile.Write(ref _blocked, value ? 1 : 0);
    }

    /// <summary>Where the sum of its loop's buffers is kept; null for nowhere.</summary>
    public BufferLedger? Ledger { get; init; }

    /// <summary>Set once the client is to be closed: nothing more is read from it.</summary>
    public bool IsClosing
    {
        get => Volatile.Read(ref _closing) != 0;
        set => Volatile.Write(ref _closing, value ? 1 : 0);
    }

    private void Note(ref long bytes, long value)
    {
        if (value == bytes) return;
        Ledger?.Add(value - bytes);
        Volatile.Write(ref bytes, value);
    }
}
