using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>The commands on bits and on HyperLogLogs, answered as redis-server 7.0.15 did.
/// </summary>
public sealed class BitTranscriptTests
{
    private static readonly Transcript s_bits = new("redis-7.0.15-bits.txt");
    private static readonly Transcript s_logs = new("redis-7.0.15-hyperloglogs.txt");

    public static TheoryData<string> OnBits() => new(s_bits.Titles);

    public static TheoryData<string> OnLogs() => new(s_logs.Titles);

    [Theory]
    [MemberData(nameof(OnBits))]
    public void Bits_are_answered_published_and_replayed_as_redis_does(string title) =>
        s_bits.Replay(title);

    [Theory]
    [MemberData(nameof(OnLogs))]
    public void Logs_are_answered_published_and_replayed_as_redis_does(string title) =>
        s_logs.Replay(title);
}
