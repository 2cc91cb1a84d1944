using System;
using System.Threading;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// HeapReserve: memory that is held back for the moment at which none is left.
//
// Closing a client, answering a command with an error, writing a line of the log, restarting an
// actor: all of them allocate. With a limit of the heap (and only then) a sixteenth of it is held
// in small arrays, and let go when memory is refused for the first time; the collector that the
// next allocation calls finds it. It is filled up again when nothing was refused for a while.

/// <summary>Memory for what has to be done when memory is refused; any thread.</summary>
public sealed class HeapReserve
{
    private const int PieceBytes = 64 << 10;
    private const int Share = 16;
    private const long QuietMs = 2_000;
    private const long WorthALineMs = 1_000;

    private readonly byte[]?[] _pieces =
        new byte[HeapLimit.AtMost(int.MaxValue, Share * PieceBytes) * HasLimit][];

    private long _openedMs;
    private int _open = 1;

    private static int HasLimit => HeapLimit.Bytes == 0 ? 0 : 1;

    /// <summary>Memory was refused: lets go what is held.</summary>
    /// <returns>True when that is worth a line in the log: once a second.</returns>
    public bool Open()
    {
        long now = Environment.TickCount64;
        long before = Interlocked.Exchange(ref _openedMs, now);
        if (Interlocked.Exchange(ref _open, 1) == 0) Array.Clear(_pieces);
        return now - before >= WorthALineMs;
    }

    /// <summary>Holds as much as before again, once nothing was refused for a while.</summary>
    public void Fill()
    {
        if (_pieces.Length == 0 || Volatile.Read(ref _open) == 0) return;
        long opened = Volatile.Read(ref _openedMs);
        if (opened != 0 && Environment.TickCount64 - opened < QuietMs) return;
        try
        {
            for (int i = 0; i < _pieces.Length; i++)
            {
                _pieces[i] ??= GC.AllocateUninitializedArray<byte>(PieceBytes);
            }

            Volatile.Write(ref _open, 0);
        }
        catch (OutOfMemoryException)
        {
            Volatile.Write(ref _openedMs, Environment.TickCount64);
            Array.Clear(_pieces);
        }
    }
}
