using System.Threading;

namespace Rotom.Net.Transport;

/// <summary>
/// Counters of one transport for INFO. Written by its loop, read by anyone, a turn late at most.
/// </summary>
public sealed class NetStatistics
{
    private long _received;
    private long _rejected;
    private long _inputBytes;
    private long _outputBytes;
    private long _reads;
    private long _writes;
    private long _outputLimitCloses;
    private long _starvations;
    private long _reminders;

    /// <summary>Connections accepted (total_connections_received).</summary>
    public long ConnectionsReceived => Volatile.Read(ref _received);

    /// <summary>Connections turned away (rejected_connections).</summary>
    public long ConnectionsRejected => Volatile.Read(ref _rejected);

    /// <summary>Bytes read (total_net_input_bytes).</summary>
    public long InputBytes => Volatile.Read(ref _inputBytes);

    /// <summary>Bytes written (total_net_output_bytes).</summary>
    public long OutputBytes => Volatile.Read(ref _outputBytes);

    /// <summary>Reads that brought something (total_reads_processed).</summary>
    public long Reads => Volatile.Read(ref _reads);

    /// <summary>Writes that took something (total_writes_processed).</summary>
    public long Writes => Volatile.Read(ref _writes);

    /// <summary>
    /// Clients closed for their output limit (client_output_buffer_limit_disconnections).
    /// </summary>
    public long OutputLimitCloses => Volatile.Read(ref _outputLimitCloses);

    /// <summary>
    /// How often memory was refused that a client, or the turn, needed (incidents_out_of_memory).
    /// </summary>
    public long Starvations => Volatile.Read(ref _starvations);

    /// <summary>
    /// How often the owner had to be told again that there is something to read
    /// (incidents_unread).
    /// </summary>
    public long Reminders => Volatile.Read(ref _reminders);

    /// <summary>Sets all to zero (CONFIG RESETSTAT); a loop's concurrent count may win.</summary>
    public void Reset()
    {
        Volatile.Write(ref _received, 0);
        Volatile.Write(ref _rejected, 0);
        Volatile.Write(ref _inputBytes, 0);
        Volatile.Write(ref _outputBytes, 0);
        Volatile.Write(ref _reads, 0);
        Volatile.Write(ref _writes, 0);
        Volatile.Write(ref _outputLimitCloses, 0);
    }

    internal void Received() => Volatile.Write(ref _received, _received + 1);

    internal void Rejected() => Volatile.Write(ref _rejected, _rejected + 1);

    internal void ClosedForOutput() =>
        Volatile.Write(ref _outputLimitCloses, _outputLimitCloses + 1);

    internal void Starved() => Volatile.Write(ref _starvations, _starvations + 1);

    internal void Reminded() => Volatile.Write(ref _reminders, _reminders + 1);

    internal void Read(int bytes)
    {
        Volatile.Write(ref _reads, _reads + 1);
        Volatile.Write(ref _inputBytes, _inputBytes + bytes);
    }

    internal void Wrote(int bytes)
    {
        Volatile.Write(ref _writes, _writes + 1);
        Volatile.Write(ref _outputBytes, _outputBytes + bytes);
    }
}
