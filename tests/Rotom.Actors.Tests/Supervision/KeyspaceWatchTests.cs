using Rotom.Actors.Hosting;
using Rotom.Actors.Supervision;
using Xunit;

namespace Rotom.Actors.Tests.Supervision;

public sealed class KeyspaceWatchTests
{
    private readonly KeyspaceHealth _health = new();

    [Fact]
    public void A_keyspace_that_ticks_or_is_busy_is_there()
    {
        KeyspaceWatch watch = new(_health, _ => { });
        for (int i = 0; i < 100; i++)
        {
            if (i % 10 == 0) _health.Tick();
            Assert.True(watch.Look());
        }

        _health.InTurn = true;
        for (int i = 0; i < 100; i++) Assert.True(watch.Look());
    }

    [Fact]
    public void One_that_does_neither_for_long_is_gone()
    {
        KeyspaceWatch watch = new(_health, _ => { });
        int looks = 0;
        while (watch.Look()) looks++;
        Assert.InRange(looks, 15, 25);
    }

    [Fact]
    public void Memory_that_is_refused_makes_no_pauses_but_ends_the_server_in_the_end()
    {
        for (int i = 0; i < 50; i++) Assert.True(_health.Starved(0));
        Assert.Equal(System.TimeSpan.Zero, _health.Pause());
        _health.TurnDone();
        int more = 0;
        while (_health.Starved(0)) more++;
        Assert.Equal(99, more);
    }
}
