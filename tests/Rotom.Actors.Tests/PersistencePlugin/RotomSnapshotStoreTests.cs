using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Rotom.Persistence;
using Xunit;

namespace Rotom.Actors.Tests.PersistencePlugin;

/// <summary>The facts of Akka's SnapshotStoreSpec, on the store in a server of the same process.
/// </summary>
public sealed class RotomSnapshotStoreTests : PluginSpec
{
    private static readonly DateTime s_day = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TestProbe _asker;

    public RotomSnapshotStoreTests()
    {
        _asker = CreateTestProbe();
        foreach (int i in (int[])[1, 2, 3, 5, 4]) Save(i, $"s{i}");
    }

    [Fact]
    public void A_save_is_answered_with_its_metadata()
    {
        Ask(new SaveSnapshot(new SnapshotMetadata("q", 3, s_day), new Account(9)));
        Assert.Equal(
            new SnapshotMetadata("q", 3, s_day),
            _asker.ExpectMsg<SaveSnapshotSuccess>().Metadata);
        Ask(new LoadSnapshot("q", SnapshotSelectionCriteria.Latest, long.MaxValue));
        SelectedSnapshot found = _asker.ExpectMsg<LoadSnapshotResult>().Snapshot;
        Assert.Equal(new SnapshotMetadata("q", 3, s_day), found.Metadata);
        Assert.Equal(new Account(9), found.Snapshot);
    }

    [Theory]
    [InlineData(5, 0, "s5")]
    [InlineData(4, 0, "s4")]
    [InlineData(long.MaxValue, 5, "s5")]
    [InlineData(100, 6, null)]
    [InlineData(0, 0, null)]
    public void The_sequence_numbers_of_the_criteria_are_bounds(long max, long min, string? found)
    {
        Assert.Equal(found, Load(new SnapshotSelectionCriteria(max, DateTime.MaxValue, min)));
    }

    [Theory]
    [InlineData(5, 0, "s5")]
    [InlineData(3, 0, "s3")]
    [InlineData(100, 3, "s5")]
    [InlineData(100, 6, null)]
    [InlineData(0, 0, null)]
    public void The_times_of_the_criteria_are_bounds(int maxDay, int minDay, string? found)
    {
        Assert.Equal(found, Load(new SnapshotSelectionCriteria(
            long.MaxValue, s_day.AddDays(maxDay), 0, s_day.AddDays(minDay))));
    }

    [Fact]
    public void The_highest_number_of_a_load_is_a_bound_too() =>
        Assert.Equal("s2", Load(SnapshotSelectionCriteria.Latest, 2));

    [Fact]
    public void The_criteria_None_find_nothing() =>
        Assert.Null(Load(SnapshotSelectionCriteria.None));

    [Fact]
    public void An_unknown_id_has_none()
    {
        Ask(new LoadSnapshot("q", SnapshotSelectionCriteria.Latest, 9));
        LoadSnapshotResult result = _asker.ExpectMsg<LoadSnapshotResult>();
        Assert.Null(result.Snapshot);
        Assert.Equal(9, result.ToSequenceNr);
    }

    [Fact]
    public void A_save_of_the_same_number_replaces()
    {
        Save(5, "new", day: 9);
        Assert.Equal("new", Load(SnapshotSelectionCriteria.Latest));
        Delete(new DeleteSnapshot(new SnapshotMetadata("p", 5)));
        Assert.Equal("s4", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void Deletion_of_one_leaves_the_others_and_keeps_to_its_time()
    {
        Delete(new DeleteSnapshot(new SnapshotMetadata("p", 5, s_day)));
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
        Delete(new DeleteSnapshot(new SnapshotMetadata("p", 5, s_day.AddDays(5))));
        Assert.Equal("s4", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void Deletion_within_bounds_leaves_what_is_outside()
    {
        SnapshotSelectionCriteria criteria = new(5, s_day.AddDays(4), 2);
        Ask(new DeleteSnapshots("p", criteria));
        Assert.Equal(criteria, _asker.ExpectMsg<DeleteSnapshotsSuccess>().Criteria);
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
        Assert.Equal("s1", Load(new SnapshotSelectionCriteria(4)));
    }

    [Fact]
    public void Deletion_from_one_id_leaves_the_others()
    {
        Ask(new DeleteSnapshots("q", SnapshotSelectionCriteria.Latest));
        _asker.ExpectMsg<DeleteSnapshotsSuccess>();
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public async Task Many_snapshots_are_looked_through_for_one_of_a_time()
    {
        for (int i = 6; i < 140; i++) Save(i, $"s{i}");
        Assert.Equal("s2", Load(new SnapshotSelectionCriteria(
            long.MaxValue, s_day.AddDays(2))));
        Ask(new DeleteSnapshots("p", SnapshotSelectionCriteria.Latest));
        _asker.ExpectMsg<DeleteSnapshotsSuccess>();
        Assert.Equal(0, (await Server.Client.ExecuteAsync("DBSIZE")).AsInteger());
    }

    [Fact]
    public async Task What_cannot_be_saved_or_loaded_is_answered_with_its_cause()
    {
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 9), new Version(1, 0)));
        Assert.IsType<PayloadException>(_asker.ExpectMsg<SaveSnapshotFailure>().Cause);
        await Server.Client.ExecuteAsync("HSET", "akka:snapshots:p", "5", "\u0009broken");
        Ask(new LoadSnapshot("p", SnapshotSelectionCriteria.Latest, long.MaxValue));
        Assert.IsType<PayloadException>(_asker.ExpectMsg<LoadSnapshotFailed>().Cause);
    }

    private IActorRef Store => ExtensionOf(Sys).SnapshotStoreFor(RotomSnapshotStore.PluginId);

    private void Ask(object request) => Store.Tell(request, _asker.Ref);

    private void Delete(DeleteSnapshot request)
    {
        Ask(request);
        _asker.ExpectMsg<DeleteSnapshotSuccess>();
    }

    private void Save(int number, string snapshot, int? day = null)
    {
        SnapshotMetadata metadata = new("p", number, s_day.AddDays(day ?? number));
        Ask(new SaveSnapshot(metadata, snapshot));
        _asker.ExpectMsg<SaveSnapshotSuccess>();
    }

    private object? Load(SnapshotSelectionCriteria criteria, long to = long.MaxValue)
    {
        Ask(new LoadSnapshot("p", criteria, to));
        return _asker.ExpectMsg<LoadSnapshotResult>().Snapshot?.Snapshot;
    }
}
