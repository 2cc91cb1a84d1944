using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Memory and its limits. What counts for maxmemory is what Redis counts: the data, and what clients
// hold in their buffers; not what goes to replicas and journal, which is no part of either figure
// here. Both are sums that are kept, so that a command at the limit compares two numbers.
//
//   data      NativeHeap: the exact sum of the blocks handed out
//   clients   what the network loops hold for them (ledgers), and what the engine does: queued and
//             resting commands, watched keys, subscriptions (Account)
//
// A server without limits does not come here: the first is a bit of the server's gate, the second a
// test a run.
public sealed partial class RotomEngine
{
    /// <summary>Commands up to this size are part of what any client is taken to need.</summary>
    private const int SmallCommandBytes = 4096;

    /// <summary>Clients that hold more are closed when memory is refused.</summary>
    private const int RelievedBytes = 64 << 10;

    /// <summary>How long defragmenting may go on at once.</summary>
    private const long DefragNanosPerSlice = 500_000;

    private readonly List<BufferLedger> _ledgers = [];

    /// <summary>
    /// Clients that are to be closed at once and whose network loop has not done it yet: what they
    /// hold is as good as free, and nothing more is to be evicted for it.
    /// </summary>
    private readonly List<ClientLink> _leaving = [];

    private long _clientBytes;

    /// <summary>Evicting clients did not help last time: not tried again until the cron has run.
    /// </summary>
    private bool _clientsAreStuck;

    internal Evictor Evictor { get; }

    internal Defragmenter Defragmenter { get; }

    /// <summary>Compresses what lies idle in lists.</summary>
    internal ListCompressor ListCompressor { get; }

    /// <summary>used_memory: the data and the clients' buffers.</summary>
    public long AccountedMemory => UsedMemory + ClientMemory;

    /// <summary>What the clients' buffers take, and the engine's objects for them.</summary>
    public long ClientMemory
    {
        get
        {
            long bytes = _clientBytes;
            foreach (BufferLedger ledger in _ledgers) bytes += ledger.Bytes;
            foreach (ClientLink link in _leaving) bytes -= link.BufferBytes;
            return bytes;
        }
    }

    /// <summary>Bytes above maxmemory; 0 or less when all is well.</summary>
    internal long MemoryOverLimit =>
        Config.MaxMemory == 0 ? 0 : AccountedMemory - Config.MaxMemory;

    /// <summary>There is work for the time between turns.</summary>
    public bool HasIdleWork =>
        LazyFreePending > 0 || Evictor.IsRunning || Defragmenter.WantsTime
        || ListCompressor.WantsTime;

    /// <summary>
    /// Memory is being given back: values that wait to be freed, a round of defragmenting.
    /// </summary>
    public bool GivesMemoryBack => LazyFreePending > 0 || Defragmenter.IsRunning;

    /// <summary>Adds what a network loop holds for its clients to the clients' memory.</summary>
    public void AddLedger(BufferLedger ledger) => _ledgers.Add(ledger);

    /// <summary>
    /// Goes on freeing, evicting and defragmenting, for the owner's time between turns; replies and
    /// effects are where <see cref="Execute"/> leaves them.
    /// </summary>
    public void WorkInIdleTime()
    {
        BeginTurn();
        FreeSome(FreeNanosPerIdleTick);
        if (Evictor.IsRunning) Evictor.Run();
        Defragmenter.Run(DefragNanosPerSlice);
        ListCompressor.Run(DefragNanosPerSlice);
        Caches?.EndTurn();
    }

    /// <summary>What the engine holds for a client changed.</summary>
    internal void Account(Client client)
    {
        // One that was closed while its command ran is out of the sum already.
        if (client.Link.EngineState is null) return;
        long now = client.OwnBytes;
        _clientBytes += now - client.AccountedBytes;
        client.AccountedBytes = now;
    }

    /// <summary>Limits were set anew: they hold when the command is done.</summary>
    private void ReadMemoryLimits()
    {
        SetGate(ServerGate.MemoryLimited, Config.MaxMemory != 0);
        _clientsAreStuck = false;
        _afterCommand |= After.Limits;
        if (MemoryOverLimit <= 0) return;
        Outbox.Add(new OutboxItem(
            OutboxKind.Log,
            $"maxmemory is now {Config.MaxMemory}, and {AccountedMemory} bytes are used. Keys are "
            + "evicted, or new data is refused, as maxmemory-policy says.",
            null));
    }

    private void HoldLimits()
    {
        _afterCommand &= ~After.Limits;
        EvictClients();
        Evictor.Run();
    }

    /// <summary>
    /// Makes room before a command; false when there is none and the command was refused for it.
    /// </summary>
    private bool PassMemory(Client client, Command command)
    {
        if ((_gate & ServerGate.MemoryLimited) == 0 || MemoryOverLimit <= 0) return true;
        if (Evictor.Run() != EvictionResult.Failed) return true;
        if (!MayGrow(client, command)) return true;
        Reject(client, command, Errors.OutOfMemory);
        return false;
    }

    // In a transaction everything that is queued takes memory; what ends it never does, unless what
    // was queued would.
    private static bool MayGrow(Client client, Command command)
    {
        if (command.Is(CommandFlags.DenyOom)) return true;
        if (!client.Has(ClientGate.Multi)) return false;
        if (command.FullName is "discard" or "quit" or "reset") return false;
        if (command.FullName != "exec") return true;
        foreach (Command queued in client.QueuedCommands)
        {
            if (queued.Is(CommandFlags.DenyOom)) return true;
        }

        return false;
    }

    /// <summary>
    /// What the clients may take when maxmemory-clients sets no limit, for a process whose heap has
    /// one: looked at before each batch and not before each command. 0 = none.
    /// </summary>
    public long ClientMemoryTop { get; set; }

    /// <summary>The limit of all clients' memory; 0 = none.</summary>
    private long ClientMemoryMax => Config.MaxMemoryClients switch
    {
        0 => ClientMemoryTop,
        > 0 => Config.MaxMemoryClients,
        _ => (long)(Config.MaxMemory * (-Config.MaxMemoryClients / 100.0)),
    };

    /// <summary>
    /// Holds maxmemory-clients before a client's commands, whose arguments count as its own; false
    /// when the client itself had to go.
    /// </summary>
    private bool FitsClientMemory(
        Client client, CommandBatch batch, ReadOnlySpan<CommandRef> commands)
    {
        long bytes = 0;
        foreach (CommandRef command in commands)
        {
            foreach (ArgRef arg in batch.Args.Slice(command.FirstArg, command.ArgCount))
            {
                bytes += arg.Length;
            }
        }

        client.ArgumentBytes = bytes > SmallCommandBytes ? bytes : 0;
        Account(client);
        EvictClients();
        client.ArgumentBytes = 0;
        if (client.Has(ClientGate.Closing)) return false;
        Account(client);
        return true;
    }

    // The replies of one batch lie in memory together before the first is sent, and with them those
    // of batches before it that wait for the disk; what a socket does not take of them is copied
    // before they are let go. So once they are a quarter of what clients may take, whoever adds
    // much to what others have there is closed; from half of it on, whoever adds anything. Who is
    // alone may have all of it.
    private void HoldReplies(Client client, ReplyBatch reply, ReplyBatch.Mark before)
    {
        long held = reply.HeldWithOthers;
        if (held <= ClientMemoryTop / 4 || client.Has(ClientGate.Closing)) return;
        long written = reply.WrittenSince(before);
        bool isAlone = held <= ClientMemoryTop && held - written <= ClientMemoryTop / 8;
        long most = held > ClientMemoryTop / 2 ? SmallCommandBytes : ClientMemoryTop / 16;
        if (isAlone || written <= most) return;
        reply.Rollback(client.Link, before);
        Evict(client);
    }

    /// <summary>
    /// True when a client hears what others cause. One that is about to be closed does not; nor,
    /// with a limit of the heap, one for whose loop too much lies there already: it is closed.
    /// </summary>
    internal bool Hears(Client client)
    {
        if (client.Has(ClientGate.Closing)) return false;
        if (ClientMemoryTop == 0 || ReferenceEquals(client, _executing)) return true;
        if (_outputs[client.Link.Loop].HeldWithOthers <= ClientMemoryTop / 2) return true;
        // It stays on the lists that are being walked until its loop has closed it.
        client.Set(ClientGate.Closing, true);
        Order(client, ClientOrderKind.CloseNow);
        Stats.EvictedClients++;
        return false;
    }

    /// <summary>
    /// Memory was refused: closes all clients that hold more than a little, whatever the limits
    /// say.
    /// </summary>
    public void Relieve()
    {
        // Removing while it is enumerated is allowed, and a list of them would need memory.
        foreach (Client client in _clients.Values)
        {
            if (ClientInfo.TotalBytes(client) <= RelievedBytes) continue;
            Stats.EvictedClients++;
            CloseNow(client);
        }
    }

    private void Evict(Client client)
    {
        StringBuilder line = new("Evicting client: ");
        ClientInfo.Append(line, client, NowMs);
        Outbox.Add(new OutboxItem(OutboxKind.Log, line.ToString(), null));
        Stats.EvictedClients++;
        CloseNow(client);
    }

    /// <summary>Closes clients, largest first, until all of them are within their limit.</summary>
    private void EvictClients()
    {
        long limit = ClientMemoryMax;
        if (limit == 0 || _clientsAreStuck || ClientMemory <= limit) return;
        long sum = 0;
        List<(long Bytes, Client Client)> candidates = [];
        foreach (Client client in _clients.Values)
        {
            long bytes = ClientInfo.TotalBytes(client);
            sum += bytes;
            if (!client.NoEvict && !client.Has(ClientGate.Closing)) candidates.Add((bytes, client));
        }

        candidates.Sort((a, b) => b.Bytes.CompareTo(a.Bytes));
        int next = 0;
        for (; sum > limit && next < candidates.Count; next++)
        {
            (long bytes, Client client) = candidates[next];
            sum -= bytes;
            Evict(client);
        }

        if (sum <= limit) return;
        _clientsAreStuck = true;
        if (next == 0) return;
        const string over = "Over client maxmemory after evicting all evictable clients";
        Outbox.Add(new OutboxItem(OutboxKind.Log, over, null));
    }
}
