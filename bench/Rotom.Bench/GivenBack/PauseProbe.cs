using System;
using System.Diagnostics;
using System.Threading;
using Rotom.Bench.SideBySide;

namespace Rotom.Bench.GivenBack;

/// <summary>One client that asks for a key every millisecond and notes how long it waits.</summary>
internal sealed class PauseProbe : IDisposable
{
    private readonly RespProbe _probe;
    private readonly Thread _thread;
    private readonly double[] _waits = new double[1 << 17];
    private volatile bool _ends;
    private int _count;

    public PauseProbe(BenchServer server)
    {
        _probe = server.Connect();
        _thread = new Thread(Ask) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>The wait that one in a hundred exceeds, and the longest, in milliseconds.</summary>
    public (double P99, double Max) Take()
    {
        int count = Volatile.Read(ref _count);
        double[] sorted = _waits[..count];
        Volatile.Write(ref _count, 0);
        if (count == 0) return default;
        Array.Sort(sorted);
        return (sorted[count * 99 / 100], sorted[^1]);
    }

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
        _probe.Dispose();
    }

    private void Ask()
    {
        while (!_ends)
        {
            long start = Stopwatch.GetTimestamp();
            _probe.Call("EXISTS", "no-such-key");
            int at = Volatile.Read(ref _count);
            if (at < _waits.Length)
            {
                _waits[at] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                Volatile.Write(ref _count, at + 1);
            }

            Thread.Sleep(1);
        }
    }
}
