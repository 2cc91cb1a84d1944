using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>When the process is made smaller: once after a big fall, in quiet.</summary>
public sealed class ManagedTrimTests
{
    private const long Mega = 1 << 20;
    private const long Quiet = 1_000;

    private readonly ManagedTrim _trim;
    private string _done = "";

    public ManagedTrimTests() => _trim = new ManagedTrim(() => _done += "c", () => _done += "t");

    [Fact]
    public void A_big_fall_is_followed_by_one_collection_and_one_trim()
    {
        foreach (long used in new[] { 0, 100, 60, 51 }) Look(used, "");
        Look(49, "c");
        Look(49, "ct");
        Look(10, "ctc");
        Look(10, "ctct");
        Look(3, "ctct");
        Look(200, "ctct");
        Look(0, "ctctc");
    }

    [Fact]
    public void Small_data_may_come_and_go()
    {
        for (int i = 0; i < 10; i++)
        {
            Look(7, "");
            Look(0, "");
        }
    }

    [Fact]
    public void It_waits_for_quiet()
    {
        Look(100, "");
        _trim.Look(10 * Mega, isWorking: true, Quiet);
        _trim.Look(10 * Mega, isWorking: false, commandsPerSecond: 50_000);
        Assert.Equal("", _done);
        Look(10, "c");
    }

    private void Look(long megabytes, string done)
    {
        _trim.Look(megabytes * Mega, isWorking: false, Quiet);
        Assert.Equal(done, _done);
    }
}
