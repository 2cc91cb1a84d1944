using System.Threading;

namespace Rotom.Net.Transport;

/// <summary>
/// Traffic a second, averaged over the last samples as Redis does for INFO. The owner of the group
/// samples it, about ten times a second; anyone may read.
/// </summary>
public sealed class NetRates
{
    private const int Samples = 16;
    private const int SampleMs = 100;

    private readonly TransportGroup _group;
    private readonly double[] _input = new double[Samples];
    private readonly double[] _output = new double[Samples];
    private int _next;
    private long _lastMs;
    private long _lastInput;
    private long _lastOutput;
    private double _inputKbps;
    private double _outputKbps;

    internal NetRates(TransportGroup group) => _group = group;

    /// <summary>KiB a second read from clients.</summary>
    public double InputKbps => Volatile.Read(ref _inputKbps);

    /// <summary>KiB a second written to clients.</summary>
    public double OutputKbps => Volatile.Read(ref _outputKbps);

    /// <summary>Takes a sample, unless the last was less than a tenth of a second ago.</summary>
    public void Sample(long nowMs)
    {
        long elapsed = nowMs - _lastMs;
        if (elapsed < SampleMs) return;
        long input = 0;
        long output = 0;
        foreach (INetTransport transport in _group.Transports)
        {
            input += transport.Statistics.InputBytes;
            output += transport.Statistics.OutputBytes;
        }

        // Less than before after CONFIG RESETSTAT; before the first sample nothing is known.
        bool known = _lastMs != 0 && input >= _lastInput && output >= _lastOutput;
        int at = _next++ % Samples;
        _input[at] = known ? (input - _lastInput) * 1000.0 / 1024 / elapsed : 0;
        _output[at] = known ? (output - _lastOutput) * 1000.0 / 1024 / elapsed : 0;
        (_lastMs, _lastInput, _lastOutput) = (nowMs, input, output);
        Volatile.Write(ref _inputKbps, Average(_input));
        Volatile.Write(ref _outputKbps, Average(_output));
    }

    private static double Average(double[] samples)
    {
        double sum = 0;
        foreach (double sample in samples) sum += sample;
        return sum / Samples;
    }
}
