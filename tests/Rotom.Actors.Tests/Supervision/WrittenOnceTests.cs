using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;
using static Rotom.Actors.Tests.TestServer;

namespace Rotom.Actors.Tests.Supervision;

// Every change is in the journal once, though its writer sends it when there is a base already that
// holds it, or is lost while the disk refuses it and another one sends it again. What the journal
// holds is seen by making the keyspace anew from it, and by a server that starts on the same files.

/// <summary>Nothing is written twice.</summary>
public sealed class WrittenOnceTests : IDisposable
{
    private const int Writers = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly FailingFiles _disk = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("rotom-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // One flush is under way and fails; what the others wrote meanwhile is still with the journal's
    // actor when the new base is cut, which holds it.
    [Fact]
    public async Task What_comes_when_the_new_base_holds_it_is_not_written_behind_it()
    {
        await using (TestServer server = await StartAsync())
        {
            KeyspaceJournal journal = server.Server.Parts.Journal.Journal!;
            List<RespClient> clients = [];
            for (int i = 0; i < Writers; i++) clients.Add(await server.ConnectAsync());
            using ManualResetEventSlim gate = new();
            journal.Store.Options.Flusher.Post(gate.Wait);
            List<Task<RespValue>> replies = [];
            long before = journal.LastSeq;
            for (int i = 0; i < Writers; i++)
            {
                replies.Add(clients[i].CallAsync("INCR", $"n:{i}"));
                int executed = i + 1;
                await UntilAsync(() => journal.LastSeq == before + executed);
                await UntilAsync(() => journal.Store.IsFlushing);
            }

            await server.Server.Keyspace.Ask<object>(new ExpireDueKeys(), s_patience);
            Assert.Equal(before + 1, journal.Store.WrittenSeq);
            Assert.True(server.Server.Parts.Faults.TryArm(FaultPoints.BeforeFlush, 0));
            gate.Set();
            await using RespClient other = await server.ConnectAsync();
            for (int i = 1; i <= Writers; i++)
            {
                Assert.Equal(i, (await ServedAsync(other, "INCR", "after")).AsInteger());
            }

            foreach (Task<RespValue> reply in replies)
            {
                Assert.Equal(1, (await reply.WaitAsync(s_patience)).AsInteger());
            }

            await PanicAsync(other);
            await CheckAsync(other);
            foreach (RespClient client in clients) await client.DisposeAsync();
        }

        await CheckAgainAsync();
    }

    // The disk takes nothing; what is to be written is held. Its writer is lost, by itself or with
    // the keyspace, and the next one sends it again.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_held_for_a_lost_writer_is_written_by_the_next_one_only(bool panics)
    {
        await using (TestServer server = await StartAsync())
        {
            KeyspaceJournal journal = server.Server.Parts.Journal.Journal!;
            await using RespClient client = await server.ConnectAsync();
            List<RespClient> clients = [];
            for (int i = 0; i < Writers; i++) clients.Add(await server.ConnectAsync());
            _disk.FailAt(1, DiskOperation.Append, IoError.NoSpace, forever: true);
            List<Task<RespValue>> replies = [];
            replies.Add(clients[0].CallAsync("INCR", "n:0"));
            await UntilAsync(() => journal.Store.HeldBytes > 0);
            IActorRef lost = journal.Actor;
            if (panics) await PanicAsync(client);
            else server.ActorSystem.Stop(lost);
            await UntilAsync(() => !journal.Actor.IsNobody() && !journal.Actor.Equals(lost));
            Assert.StartsWith(
                "MISCONF", await ErrorOf(client.CallAsync("SET", "k", "v")),
                StringComparison.Ordinal);
            _disk.Heal();
            Assert.Equal(1, (await replies[0].WaitAsync(s_patience)).AsInteger());
            for (int i = 1; i < Writers; i++)
            {
                Assert.Equal(1, (await ServedAsync(clients[i], "INCR", $"n:{i}")).AsInteger());
            }

            for (int i = 1; i <= Writers; i++)
            {
                Assert.Equal(i, (await ServedAsync(client, "INCR", "after")).AsInteger());
            }

            await PanicAsync(client);
            await CheckAsync(client);
            foreach (RespClient writer in clients) await writer.DisposeAsync();
        }

        await CheckAgainAsync();
    }

    // Its events are the journal's already when the turn fails; then its replies are as good as any
    // other's, and wait for the disk. They once went out at once with the next instance.
    [Fact]
    public async Task Replies_of_a_turn_that_failed_at_its_end_wait_for_the_disk()
    {
        await using TestServer server = await StartAsync(AppendFsync.EverySecond);
        KeyspaceJournal journal = server.Server.Parts.Journal.Journal!;
        await using RespClient client = await server.ConnectAsync();
        _disk.FailAt(1, DiskOperation.Append, IoError.NoSpace, forever: true);
        IActorRef lost = journal.Actor;
        // Armed within the turn: no other may take it.
        await client.CallAsync("MULTI");
        await client.CallAsync("DEBUG", "FAULT", FaultPoints.BeforeSend);
        await client.CallAsync("INCR", "n");
        Task<RespValue> reply = client.CallAsync("EXEC");
        await UntilAsync(() => !journal.Actor.IsNobody() && !journal.Actor.Equals(lost));
        await UntilAsync(() => journal.Store.HeldBytes > 0);
        await server.Server.Keyspace.Ask<object>(new ExpireDueKeys(), s_patience);
        await using (RespClient other = await server.ConnectAsync())
        {
            Assert.Equal("1", (await other.CallAsync("GET", "n")).ToString());
        }

        Assert.False(journal.AllKept);
        Assert.False(reply.IsCompleted);
        _disk.Heal();
        Assert.Equal(1, (await reply.WaitAsync(s_patience)).Items[1].AsInteger());
        Assert.True(journal.AllKept);
    }

    private static async Task PanicAsync(RespClient client) => Assert.StartsWith(
        "ERR internal error", await ErrorOf(client.CallAsync("DEBUG", "PANIC")),
        StringComparison.Ordinal);

    private static async Task CheckAsync(RespClient client)
    {
        for (int i = 0; i < Writers; i++)
        {
            Assert.Equal("1", (await ServedAsync(client, "GET", $"n:{i}")).ToString());
        }

        Assert.Equal($"{Writers}", (await ServedAsync(client, "GET", "after")).ToString());
    }

    private async Task CheckAgainAsync()
    {
        await using TestServer again = await StartAsync();
        await using RespClient reader = await again.ConnectAsync();
        await CheckAsync(reader);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(watch.Elapsed < s_patience);
            await Task.Delay(1);
        }
    }

    private static async Task<string> ErrorOf(Task<RespValue> call) =>
        (await Assert.ThrowsAsync<RespErrorException>(() => call.WaitAsync(s_patience))).Message;

    private Task<TestServer> StartAsync(AppendFsync fsync = AppendFsync.Always) =>
        TestServer.StartAsync(
        config =>
        {
            config.Directory = _directory;
            config.AppendOnly = true;
            config.AppendFsync = fsync;
            config.EnableDebugCommand = DangerousAccess.Yes;
        },
        files: _disk);
}
