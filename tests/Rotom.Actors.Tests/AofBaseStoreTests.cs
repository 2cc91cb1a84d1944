using System;
using System.IO;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>
/// The facts of Akka's SnapshotStoreSpec, on the bases of journals. Left out: what needs several
/// snapshots of an id, for a journal has one base; bounds of times, for a base has none; the
/// serialization of arbitrary objects, for a base is made of a source of commands.
/// </summary>
public sealed class AofBaseStoreTests : TestKit
{
    private readonly string _root =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    private readonly TestProbe _asker;
    private long _written;

    public AofBaseStoreTests()
        : base(ConfigurationFactory.ParseString(
                "akka { loglevel = OFF, test.single-expect-default = 60s }")
            .WithFallback(RotomExtension.DefaultConfig()))
    {
        Directory.CreateDirectory(_root);
        _asker = CreateTestProbe();
        foreach (string id in (string[])["p", "q"]) Register(id);
        Save(3);
    }

    [Theory]
    [InlineData(long.MaxValue, 0, long.MaxValue, 3)]
    [InlineData(3, 3, long.MaxValue, 3)]
    [InlineData(2, 0, long.MaxValue, null)]
    [InlineData(9, 4, long.MaxValue, null)]
    [InlineData(9, 0, 2, null)]
    public void The_base_is_found_if_the_bounds_of_numbers_allow(
        long max, long min, long to, int? found) =>
        Assert.Equal(found, Load(new SnapshotSelectionCriteria(max, DateTime.MaxValue, min), to));

    [Fact]
    public void The_criteria_None_find_nothing() =>
        Assert.Null(Load(SnapshotSelectionCriteria.None));

    [Fact]
    public void An_unknown_id_has_none() =>
        Assert.Null(Load(SnapshotSelectionCriteria.Latest, id: "q"));

    [Fact]
    public void The_next_base_replaces_the_last()
    {
        Save(7);
        Assert.Equal(7, Load(SnapshotSelectionCriteria.Latest));
        Assert.Null(Load(new SnapshotSelectionCriteria(6)));
    }

    [Fact]
    public void Deletion_is_answered_and_leaves_the_base_to_its_journal()
    {
        Ask(new DeleteSnapshot(new SnapshotMetadata("p", 3)));
        _asker.ExpectMsg<DeleteSnapshotSuccess>();
        Ask(new DeleteSnapshots("p", SnapshotSelectionCriteria.Latest));
        _asker.ExpectMsg<DeleteSnapshotsSuccess>();
        Assert.Equal(3, Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void A_source_that_is_given_up_leaves_the_last_base()
    {
        Source source = new(5) { GivesUp = true };
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 5), source));
        Assert.IsType<AofWriteException>(_asker.ExpectMsg<SaveSnapshotFailure>().Cause);
        Assert.Equal(3, Load(SnapshotSelectionCriteria.Latest));
    }

    // The journal was switched off while its base was made, and on again: numbers tell nothing.
    [Fact]
    public void A_base_of_a_journal_that_has_ended_is_not_the_next_ones()
    {
        AofStore ended = AofStores.For(Sys).Of("p", Config.Empty);
        AofStores.For(Sys).Remove("p");
        Directory.Delete(Path.Join(_root, "p"), recursive: true);
        Register("p");
        _written = 0;
        Save(5);
        IActorRef journal = Extension.JournalFor(AofJournal.PluginId);
        journal.Tell(new CutJournal("p", 5), _asker.Ref);
        Source source = new(5) { Store = ended };
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 5), source));
        Assert.IsType<AofWriteException>(_asker.ExpectMsg<SaveSnapshotFailure>().Cause);
        Assert.True(source.IsAbandoned);
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 5), new Source(5)));
        _asker.ExpectMsg<SaveSnapshotSuccess>();
    }

    [Fact]
    public void What_is_no_source_is_rejected()
    {
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 5), "text"));
        Assert.IsType<NotSupportedException>(_asker.ExpectMsg<SaveSnapshotFailure>().Cause);
    }

    protected override void AfterAll()
    {
        foreach (string id in (string[])["p", "q"]) AofStores.For(Sys).Remove(id);
        base.AfterAll();
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }

    private PersistenceExtension Extension =>
        Akka.Persistence.Persistence.Instance.Apply(Sys);

    private void Register(string id) => AofStores.For(Sys).Register(id, new AofOptions
    {
        Files = new SystemFiles(),
        Directory = Path.Join(_root, id),
        Clock = new SystemClock(),
        Fsync = () => Engine.Config.AppendFsync.Always,
        Flusher = new DiskThread("flush"),
        Worker = new DiskThread("work"),
    });

    private void Ask(object request) =>
        Extension.SnapshotStoreFor(AofBaseStore.PluginId).Tell(request, _asker.Ref);

    // As the server does: the journal goes on in a new file behind the event that the base holds.
    private void Save(long number)
    {
        IActorRef journal = Extension.JournalFor(AofJournal.PluginId);
        while (_written < number)
        {
            Persistent one = new(JournalEvent.Of("*1\r\n$4\r\nPING\r\n"u8), ++_written, "p");
            journal.Tell(new WriteMessages([new AtomicWrite(one)], _asker.Ref, 1), _asker.Ref);
            _asker.FishForMessage(message => message is WriteMessageSuccess);
        }

        journal.Tell(new CutJournal("p", number), _asker.Ref);
        journal.Tell(new FlushNow("p"), _asker.Ref);
        _asker.ExpectMsg<Akka.Done>();
        Ask(new SaveSnapshot(new SnapshotMetadata("p", number), new Source(number)));
        Assert.Equal(number, _asker.ExpectMsg<SaveSnapshotSuccess>().Metadata.SequenceNr);
    }

    private long? Load(
        SnapshotSelectionCriteria criteria, long to = long.MaxValue, string id = "p")
    {
        Ask(new LoadSnapshot(id, criteria, to));
        SelectedSnapshot? found = _asker.ExpectMsg<LoadSnapshotResult>().Snapshot;
        if (found is not null) Assert.True(File.Exists(((AofBase)found.Snapshot).Path));
        return found?.Metadata.SequenceNr;
    }

    /// <summary>A base of one command.</summary>
    private sealed class Source(long seq) : IAofBaseSource
    {
        private bool _taken;

        public long Seq => seq;

        public AofStore? Store { get; init; }

        public bool IsRdb => false;

        public bool Checksums => false;

        public bool FlushesOften => false;

        public bool IsComplete => true;

        internal bool GivesUp { get; init; }

        internal bool IsAbandoned { get; private set; }

        public ReadOnlySpan<byte> Next()
        {
            if (GivesUp) throw new OperationCanceledException();
            if (_taken) return default;
            _taken = true;
            return "*1\r\n$8\r\nFLUSHALL\r\n"u8;
        }

        public void Abandon() => IsAbandoned = true;
    }
}
