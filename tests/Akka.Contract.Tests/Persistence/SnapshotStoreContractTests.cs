using System;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

// akka-surface.md sections 0, 16 and 17: what a snapshot store owes those who speak its protocol.
public sealed class SnapshotStoreContractTests : PersistenceSpec
{
    private static readonly DateTime s_day = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TestProbe _asker;

    public SnapshotStoreContractTests() => _asker = CreateTestProbe();

    [Fact]
    public void A_save_is_answered_with_its_metadata()
    {
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 3, s_day), "s"));
        SnapshotMetadata saved = _asker.ExpectMsg<SaveSnapshotSuccess>().Metadata;
        Assert.Equal(new SnapshotMetadata("p", 3, s_day), saved);
    }

    [Fact]
    public void A_save_without_a_time_gets_one()
    {
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 3), "s"));
        DateTime time = _asker.ExpectMsg<SaveSnapshotSuccess>().Metadata.Timestamp;
        Assert.InRange(time, DateTime.UtcNow.AddHours(-1), DateTime.UtcNow.AddHours(1));
    }

    [Fact]
    public void The_newest_is_found()
    {
        SaveFive();
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
    }

    [Theory]
    [InlineData(5, 0, "s5")]
    [InlineData(4, 0, "s4")]
    [InlineData(100, 5, "s5")]
    [InlineData(100, 6, null)]
    [InlineData(0, 0, null)]
    public void The_sequence_numbers_of_the_criteria_are_bounds(long max, long min, string? found)
    {
        SaveFive();
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
        SaveFive();
        Assert.Equal(found, Load(new SnapshotSelectionCriteria(
            long.MaxValue, s_day.AddDays(maxDay), 0, s_day.AddDays(minDay))));
    }

    [Fact]
    public void The_highest_number_of_a_load_is_a_bound_too()
    {
        SaveFive();
        Assert.Equal("s2", Load(SnapshotSelectionCriteria.Latest, 2));
    }

    [Fact]
    public void The_criteria_None_find_nothing()
    {
        SaveFive();
        Assert.Null(Load(SnapshotSelectionCriteria.None));
    }

    [Fact]
    public void An_unknown_id_has_none()
    {
        SaveFive();
        Ask(new LoadSnapshot("q", SnapshotSelectionCriteria.Latest, 9));
        LoadSnapshotResult result = _asker.ExpectMsg<LoadSnapshotResult>();
        Assert.Null(result.Snapshot);
        Assert.Equal(9, result.ToSequenceNr);
    }

    [Fact]
    public void A_save_of_the_same_number_replaces()
    {
        Save(1, "old");
        Save(1, "new");
        Assert.Equal("new", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void Deletion_of_one_leaves_the_others()
    {
        SaveFive();
        Ask(new DeleteSnapshot(new SnapshotMetadata("p", 5)));
        Assert.Equal(5, _asker.ExpectMsg<DeleteSnapshotSuccess>().Metadata.SequenceNr);
        Assert.Equal("s4", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void Deletion_within_bounds_leaves_what_is_outside()
    {
        SaveFive();
        var criteria = new SnapshotSelectionCriteria(5, DateTime.MaxValue, 2);
        Ask(new DeleteSnapshots("p", criteria));
        Assert.Equal(criteria, _asker.ExpectMsg<DeleteSnapshotsSuccess>().Criteria);
        Assert.Equal("s1", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void Deletion_from_one_id_leaves_the_others()
    {
        SaveFive();
        Ask(new DeleteSnapshots("q", SnapshotSelectionCriteria.Latest));
        _asker.ExpectMsg<DeleteSnapshotsSuccess>();
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void A_failed_load_is_answered_with_its_cause()
    {
        Steer(Store, new BlockReads(Fail: true));
        Ask(new LoadSnapshot("p", SnapshotSelectionCriteria.Latest, long.MaxValue));
        Assert.IsType<InvalidOperationException>(_asker.ExpectMsg<LoadSnapshotFailed>().Cause);
    }

    [Fact]
    public void A_failed_save_is_answered_with_its_cause()
    {
        Steer(Store, new FailSaves());
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 3), "s"));
        SaveSnapshotFailure failure = _asker.ExpectMsg<SaveSnapshotFailure>();
        Assert.IsType<InvalidOperationException>(failure.Cause);
        Assert.Equal(("p", 3L), (failure.Metadata.PersistenceId, failure.Metadata.SequenceNr));
    }

    [Fact]
    public void The_plugin_hears_of_outcomes_before_the_actor_does()
    {
        Steer(Store, new Tap(_asker.Ref));
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 1), "s"));
        _asker.ExpectMsg("SaveSnapshotSuccess");
        _asker.ExpectMsg<SaveSnapshotSuccess>();
        Ask(new DeleteSnapshots("p", SnapshotSelectionCriteria.Latest));
        _asker.ExpectMsg("DeleteSnapshotsSuccess");
        _asker.ExpectMsg<DeleteSnapshotsSuccess>();
    }

    private void Ask(object request) => Store.Tell(request, _asker.Ref);

    private void Save(int number, string snapshot)
    {
        var metadata = new SnapshotMetadata("p", number, s_day.AddDays(number));
        Ask(new SaveSnapshot(metadata, snapshot));
        _asker.ExpectMsg<SaveSnapshotSuccess>();
    }

    private void SaveFive()
    {
        foreach (int i in (int[])[1, 2, 3, 5, 4])
            Save(i, $"s{i}");
    }

    private object? Load(SnapshotSelectionCriteria criteria, long to = long.MaxValue)
    {
        Ask(new LoadSnapshot("p", criteria, to));
        return _asker.ExpectMsg<LoadSnapshotResult>().Snapshot?.Snapshot;
    }
}

// akka-surface.md section 0: "with key plugin = "" there is none (a warning + no-op store)".
public sealed class NoSnapshotStoreTests()
    : PersistenceSpec("akka.persistence.snapshot-store.plugin = \"\"")
{
    [Fact]
    public void Without_a_store_actors_recover_from_events_and_saving_fails()
    {
        Store_events(Fresh(), "a");
        IActorRef next = Begin("p");
        Hear("event a", "recovered 1");
        Do(next, a => a.SaveSnapshot("s"));
        Assert.StartsWith("not saved 1", Probe.ExpectMsg<string>());
    }
}
