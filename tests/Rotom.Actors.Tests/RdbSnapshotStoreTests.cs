using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;
using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>
/// The facts of Akka's SnapshotStoreSpec and SnapshotStoreSaveSnapshotSpec, on the store in files.
/// Left out: the serialization of arbitrary objects, for this store keeps bytes and rejects others.
/// </summary>
public sealed class RdbSnapshotStoreTests : TestKit
{
    private static readonly DateTime s_day = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly string _root =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    private readonly TestProbe _asker;

    public RdbSnapshotStoreTests()
        : base(ConfigurationFactory.ParseString(
                "akka { loglevel = OFF, test.single-expect-default = 60s }")
            .WithFallback(RotomExtension.DefaultConfig()))
    {
        _asker = CreateTestProbe();
        Forget();
        foreach (int i in (int[])[1, 2, 3, 5, 4]) Save(i, $"s{i}");
    }

    private RdbStores Stores => RdbStores.For(Sys);

    [Theory]
    [InlineData(long.MaxValue, 0, "s5")]
    [InlineData(5, 0, "s5")]
    [InlineData(4, 0, "s4")]
    [InlineData(long.MaxValue, 5, "s5")]
    [InlineData(100, 6, null)]
    [InlineData(0, 0, null)]
    public void The_newest_within_the_bounds_of_numbers_is_found(
        long max, long min, string? found) =>
        Assert.Equal(found, Load(new SnapshotSelectionCriteria(max, DateTime.MaxValue, min)));

    [Theory]
    [InlineData(5, 0, "s5")]
    [InlineData(3, 0, "s3")]
    [InlineData(100, 3, "s5")]
    [InlineData(100, 6, null)]
    [InlineData(0, 0, null)]
    public void The_newest_within_the_bounds_of_times_is_found(
        int maxDay, int minDay, string? found) =>
        Assert.Equal(found, Load(new SnapshotSelectionCriteria(
            long.MaxValue, s_day.AddDays(maxDay), 0, s_day.AddDays(minDay))));

    [Theory]
    [InlineData(3, 3, 9, "s3")]
    [InlineData(9, 3, 3, "s3")]
    [InlineData(4, 3, 2, "s2")]
    public void Both_bounds_and_that_of_the_load_hold(long max, int day, long to, string found) =>
        Assert.Equal(found, Load(new SnapshotSelectionCriteria(max, s_day.AddDays(day)), to));

    [Fact]
    public void The_criteria_None_find_nothing() =>
        Assert.Null(Load(SnapshotSelectionCriteria.None));

    [Fact]
    public void An_unknown_id_has_none_and_leaves_no_trace()
    {
        Ask(new LoadSnapshot("none", SnapshotSelectionCriteria.Latest, 9));
        LoadSnapshotResult result = _asker.ExpectMsg<LoadSnapshotResult>();
        Assert.Null(result.Snapshot);
        Assert.Equal(9, result.ToSequenceNr);
        Ask(new DeleteSnapshots("none", SnapshotSelectionCriteria.Latest));
        _asker.ExpectMsg<DeleteSnapshotsSuccess>();
        Assert.False(Directory.Exists(Path.Join(_root, "none")));
    }

    [Fact]
    public void What_is_found_has_the_metadata_it_was_saved_with()
    {
        Ask(new LoadSnapshot("p", SnapshotSelectionCriteria.Latest, long.MaxValue));
        SelectedSnapshot found = _asker.ExpectMsg<LoadSnapshotResult>().Snapshot;
        Assert.Equal(new SnapshotMetadata("p", 5, s_day.AddDays(5)), found.Metadata);
        Assert.Equal(
            Path.Join(_root, "p"),
            Path.GetDirectoryName(Assert.IsType<RdbSnapshot>(found.Snapshot).Path));
    }

    [Fact]
    public void A_save_without_a_time_is_given_one()
    {
        DateTime before = DateTime.UtcNow;
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 6), "s6"u8.ToArray()));
        SnapshotMetadata saved = _asker.ExpectMsg<SaveSnapshotSuccess>().Metadata;
        Assert.InRange(saved.Timestamp, before, DateTime.UtcNow);
        Assert.Equal("s6", Load(new SnapshotSelectionCriteria(6, saved.Timestamp)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deletion_of_one_leaves_the_others(bool byTime)
    {
        DateTime time = byTime ? s_day.AddDays(5) : DateTime.MinValue;
        Delete(5, time);
        Assert.Equal("s4", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void Deletion_of_one_keeps_to_its_time()
    {
        Delete(5, s_day);
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void Deletion_within_bounds_leaves_what_is_outside()
    {
        SnapshotSelectionCriteria criteria = new(4, s_day.AddDays(3), 2);
        DeleteAll("p", criteria);
        Assert.Null(Load(new SnapshotSelectionCriteria(3, DateTime.MaxValue, 2)));
        Assert.Equal("s4", Load(new SnapshotSelectionCriteria(4)));
        Assert.Equal("s1", Load(new SnapshotSelectionCriteria(3)));
        DeleteAll("q", SnapshotSelectionCriteria.Latest);
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void A_save_of_the_same_number_replaces()
    {
        Save(5, "new", day: 2);
        Assert.Equal("new", Load(SnapshotSelectionCriteria.Latest));
        Assert.Equal(5, Directory.GetFiles(Path.Join(_root, "p")).Length);
        Delete(5, DateTime.MinValue);
        Assert.Equal("s4", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void A_big_snapshot_and_a_stream_come_back_as_they_were()
    {
        byte[] big = new byte[10_000_000];
        new Random(1).NextBytes(big);
        foreach (object snapshot in (object[])[big, new MemoryStream(big)])
        {
            Ask(new SaveSnapshot(new SnapshotMetadata("big", 1), snapshot));
            _asker.ExpectMsg<SaveSnapshotSuccess>();
            Ask(new LoadSnapshot("big", SnapshotSelectionCriteria.Latest, long.MaxValue));
            Assert.Equal(big, BytesOf(_asker.ExpectMsg<LoadSnapshotResult>()));
        }
    }

    [Fact]
    public void Of_many_saves_at_once_the_last_one_of_each_number_is_found()
    {
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = Encoding.ASCII.GetBytes($"{i}");
            Ask(new SaveSnapshot(new SnapshotMetadata("many", i / 4), bytes));
        }

        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(i / 4, _asker.ExpectMsg<SaveSnapshotSuccess>().Metadata.SequenceNr);
        }

        for (int i = 3; i < 200; i += 4)
        {
            Ask(new LoadSnapshot("many", new SnapshotSelectionCriteria(i / 4), long.MaxValue));
            Assert.Equal($"{i}", TextOf(_asker.ExpectMsg<LoadSnapshotResult>()));
        }
    }

    [Fact]
    public void What_was_saved_is_found_by_the_next_process_and_what_it_left_unfinished_goes()
    {
        string directory = Path.Join(_root, "p");
        File.WriteAllText(Path.Join(directory, "temp-1-1.rdb"), "half");
        File.WriteAllText(Path.Join(directory, "other"), "");
        Forget();
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
        Save(6, "s6");
        Assert.False(File.Exists(Path.Join(directory, "temp-1-1.rdb")));
        Assert.Equal(7, Directory.GetFiles(directory).Length);
    }

    [Fact]
    public void What_is_no_bytes_is_rejected()
    {
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 5), "text"));
        Assert.IsType<NotSupportedException>(_asker.ExpectMsg<SaveSnapshotFailure>().Cause);
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
    }

    [Theory]
    [InlineData(DiskOperation.Open)]
    [InlineData(DiskOperation.Append)]
    [InlineData(DiskOperation.Fsync)]
    [InlineData(DiskOperation.Rename)]
    public void A_save_that_fails_leaves_the_one_of_that_number(object kind)
    {
        FailingFiles disk = new();
        Stores.Register("p", new RdbDirectory(disk, _root, "p"));
        Save(1, "s1");
        disk.FailAt(1, (DiskOperation)kind, IoError.NoSpace, forever: false);
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 5), "new"u8.ToArray()));
        Exception cause = _asker.ExpectMsg<SaveSnapshotFailure>().Cause;
        Assert.Equal("No space left on device", Assert.IsType<IOException>(cause).Message);
        Assert.Equal("s5", Load(SnapshotSelectionCriteria.Latest));
        Assert.Equal(5, Directory.GetFiles(Path.Join(_root, "p")).Length);
        Save(5, "new");
        Assert.Equal("new", Load(SnapshotSelectionCriteria.Latest));
    }

    [Fact]
    public void A_feed_fills_while_others_are_saved()
    {
        TestProbe keyspace = CreateTestProbe();
        SnapshotFeed feed = new(7, keyspace.Ref, Store);
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 9), feed));
        SnapshotFeed lost = new(8, keyspace.Ref, Store);
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 10), lost));
        feed.Add(Chunk("one "));
        Assert.Equal(
            new SnapshotWritten(7, 4), keyspace.ExpectMsg<SnapshotWritten>());
        Save(6, "s6");
        Assert.Equal("s6", Load(SnapshotSelectionCriteria.Latest));
        lost.Add(Chunk("half"));
        keyspace.ExpectMsg<SnapshotWritten>();
        lost.GiveUp();
        Assert.Equal(10, _asker.ExpectMsg<SaveSnapshotFailure>().Metadata.SequenceNr);
        feed.Add(Chunk("two"));
        feed.Complete();
        Assert.Equal(9, _asker.ExpectMsg<SaveSnapshotSuccess>().Metadata.SequenceNr);
        Ask(new LoadSnapshot("p", SnapshotSelectionCriteria.Latest, long.MaxValue));
        byte[] whole = BytesOf(_asker.ExpectMsg<LoadSnapshotResult>())!;
        Assert.Equal("one two", Encoding.ASCII.GetString(whole[..^8]));
        Assert.Equal(Crc64.Update(0, whole.AsSpan(..^8)), BitConverter.ToUInt64(whole.AsSpan(^8)));
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Join(_root, "p")),
            path => path.Contains("temp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_servers_file_is_its_one_snapshot()
    {
        Directory.CreateDirectory(_root);
        string path = Path.Join(_root, "dump.rdb");
        SnapshotPlace place = new(_root, "dump.rdb", "temp-1.rdb", true, false);
        Stores.Register("p", new DumpFile("p", new SystemFiles(), place));
        Assert.Null(Load(SnapshotSelectionCriteria.Latest));
        Save(3, "three");
        Save(2, "two");
        Assert.Equal("two", File.ReadAllText(path));
        Assert.Equal("two", Load(SnapshotSelectionCriteria.Latest));
        Assert.Equal("two", Load(new SnapshotSelectionCriteria(1)));
        Assert.Null(Load(new SnapshotSelectionCriteria(9, DateTime.MaxValue, 1)));
        Delete(2, DateTime.MinValue);
        Assert.True(File.Exists(path));
        DeleteAll("p", SnapshotSelectionCriteria.Latest);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_servers_save_that_was_given_up_does_not_replace_a_newer_file()
    {
        Directory.CreateDirectory(_root);
        SnapshotPlace place = new(_root, "dump.rdb", "temp-1.rdb", true, false);
        DumpFile dump = new("p", new SystemFiles(), place);
        Stores.Register("p", dump);
        SnapshotFeed feed = new(4, TestActor, Store);
        Ask(new SaveSnapshot(new SnapshotMetadata("p", 4), feed));
        feed.Add(Chunk("old"));
        ExpectMsg<SnapshotWritten>();
        dump.Void(4);
        (SnapshotFile newer, _) = SnapshotFile.Create(
            dump.Files, place with { IsWhole = true });
        Assert.True(newer.Append("new"u8).IsDone);
        Assert.True(dump.CommitAtOnce(newer).IsDone);
        feed.Complete();
        _asker.ExpectMsg<SaveSnapshotFailure>();
        Assert.Equal("new", Load(SnapshotSelectionCriteria.Latest));
        Assert.Equal([place.Path], Directory.GetFiles(_root));
    }

    [Fact]
    public void A_persistent_actor_goes_on_from_its_snapshot()
    {
        for (int round = 0; round < 3; round++)
        {
            IActorRef actor = Sys.ActorOf(Props.Create(() => new Noting(_asker.Ref)));
            Assert.Equal(string.Concat(Enumerable.Repeat("x", round)), _asker.ExpectMsg<string>());
            actor.Tell("x");
            _asker.ExpectMsg<SaveSnapshotSuccess>();
            Watch(actor);
            Sys.Stop(actor);
            ExpectTerminated(actor);
        }
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }

    private IActorRef Store => RdbStores.PluginOf(Sys);

    // As after a restart of the process: the files are found anew.
    private void Forget()
    {
        foreach (string id in (string[])["p", "q", "none", "big", "many", "noting"])
        {
            Stores.Register(id, new RdbDirectory(new SystemFiles(), _root, id));
        }
    }

    private void Ask(object request) => Store.Tell(request, _asker.Ref);

    private void Save(int number, string snapshot, int? day = null)
    {
        SnapshotMetadata metadata = new("p", number, s_day.AddDays(day ?? number));
        Ask(new SaveSnapshot(metadata, Encoding.ASCII.GetBytes(snapshot)));
        Assert.Equal(metadata, _asker.ExpectMsg<SaveSnapshotSuccess>().Metadata);
    }

    private void Delete(long number, DateTime time)
    {
        SnapshotMetadata metadata = new("p", number, time);
        Ask(new DeleteSnapshot(metadata));
        Assert.Equal(metadata, _asker.ExpectMsg<DeleteSnapshotSuccess>().Metadata);
    }

    private void DeleteAll(string id, SnapshotSelectionCriteria criteria)
    {
        Ask(new DeleteSnapshots(id, criteria));
        Assert.Equal(criteria, _asker.ExpectMsg<DeleteSnapshotsSuccess>().Criteria);
    }

    private string? Load(SnapshotSelectionCriteria criteria, long to = long.MaxValue)
    {
        Ask(new LoadSnapshot("p", criteria, to));
        LoadSnapshotResult result = _asker.ExpectMsg<LoadSnapshotResult>();
        Assert.Equal(to, result.ToSequenceNr);
        return TextOf(result);
    }

    // Rented: the store returns it.
    private static ArraySegment<byte> Chunk(string text)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(text.Length);
        return new ArraySegment<byte>(bytes, 0, Encoding.ASCII.GetBytes(text, bytes));
    }

    private static string? TextOf(LoadSnapshotResult result) =>
        BytesOf(result) is { } bytes ? Encoding.ASCII.GetString(bytes) : null;

    private static byte[]? BytesOf(LoadSnapshotResult result)
    {
        if (result.Snapshot is null) return null;
        using Stream stream = Assert.IsType<RdbSnapshot>(result.Snapshot.Snapshot).Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Keeps what it is told in snapshots alone.</summary>
    private sealed class Noting : ReceivePersistentActor
    {
        private string _text = "";

        public Noting(IActorRef asker)
        {
            JournalPluginId = "akka.persistence.journal.inmem";
            SnapshotPluginId = RdbSnapshotStore.PluginId;
            Recover<SnapshotOffer>(offer =>
            {
                using StreamReader reader = new(((RdbSnapshot)offer.Snapshot).Open());
                _text = reader.ReadToEnd();
            });
            Recover<RecoveryCompleted>(_ => asker.Tell(_text));
            Command<string>(text => SaveSnapshot(Encoding.ASCII.GetBytes(_text + text)));
            Command<SaveSnapshotSuccess>(asker.Tell);
        }

        public override string PersistenceId => "noting";
    }
}
