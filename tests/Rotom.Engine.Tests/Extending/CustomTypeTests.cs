using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Persist;
using Rotom.Engine.Tests.Support;
using Rotom.Resp;
using Xunit;

namespace Rotom.Engine.Tests.Extending;

public sealed class CustomTypeTests
{
    [Fact]
    public void A_value_lives_under_a_key_like_any_other()
    {
        using EngineHost host = Host();
        host.Check("INV.ADD k rope 2", ":2");
        host.Check("INV.ADD k rope 3", ":5");
        host.Check("INV.SHOW k", "$[rope, 5]");
        host.Check("TYPE k", "+inventory");
        host.Check("OBJECT ENCODING k", "$raw");
        host.Check("SCAN 0 TYPE INVENTORY", "*2 $0 *1 $k");
        host.Check("RENAME k other", "+OK");
        host.Check("MOVE other 1", ":1");
        host.Check("SELECT 1", "+OK");
        host.Check("INV.SHOW other", "$[rope, 5]");
        host.Check("DEL other", ":1");
        host.Check("INV.SHOW other", "$none");
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void Commands_of_other_types_answer_wrongtype_and_it_of_theirs()
    {
        const string wrong =
            "-WRONGTYPE Operation against a key holding the wrong kind of value";
        using EngineHost host = Host();
        host.Check("INV.ADD k rope 2", ":2");
        host.Check("SET s 1", "+OK");
        foreach (string command in new[] { "GET k", "LPUSH k 1", "HGET k f", "INCR k" })
        {
            host.Check(command, wrong);
        }

        host.Check("INV.SHOW s", wrong);
        host.Check("INV.ADD s rope 1", wrong);
        host.Check("SET k 1", "+OK");
        host.Check("GET k", "$1");
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_copy_shares_nothing_with_what_was_copied()
    {
        using EngineHost host = Host();
        host.Check("INV.ADD k rope 2", ":2");
        host.Check("COPY k k2", ":1");
        host.Check("INV.ADD k rope 1", ":3");
        host.Check("INV.SHOW k2", "$[rope, 2]");
    }

    [Fact]
    public void Dump_and_restore_bring_it_back_with_its_digest()
    {
        using EngineHost host = Host();
        host.Check("INV.ADD k rope 2", ":2");
        host.Check("INV.ADD k lamp 7", ":7");
        string digest = host.Send("DEBUG DIGEST-VALUE k");
        byte[] payload = Dump(host, "k");
        host.Check("DEL k", ":1");
        Assert.Equal("+OK", Restore(host, "k", payload));
        host.Check("INV.SHOW k", "$[lamp, 7] [rope, 2]");
        Assert.Equal(digest, host.Send("DEBUG DIGEST-VALUE k"));
    }

    [Fact]
    public void Its_bytes_are_those_of_a_module_value()
    {
        using EngineHost host = Host();
        host.Check("INV.ADD k a 5", ":5");
        byte[] payload = Dump(host, "k");
        // The type, the identifier in eight bytes; then 2 = integer, 5 = text, 4 = double, 0 = end.
        Assert.Equal(7, payload[0]);
        Assert.Equal(0x81, payload[1]);
        ulong id = 0;
        for (int i = 2; i < 10; i++) id = (id << 8) | payload[i];
        Assert.Equal("inventory", CustomTypeId.NameOf(id));
        Assert.Equal(1, CustomTypeId.VersionOf(id));
        Assert.Equal(
            [2, 1, 5, 1, (byte)'a', 2, 5, 4, 0, 0, 0, 0, 0, 0, 4, 0x40, 0],
            payload[10..^10]);
    }

    [Fact]
    public void An_older_version_is_read_and_a_newer_one_refused()
    {
        using EngineHost host = Host();
        RdbWriter old = new();
        old.Type(RdbType.Module);
        Assert.True(CustomTypeId.TryMake("inventory", 0, out ulong id));
        old.Count(id);
        CustomWriter writer = new(old);
        writer.Count(1);
        writer.Text("rope");
        writer.Int64(-4);
        old.Count(0);
        Assert.Equal("+OK", Restore(host, "k", Sealed(old)));
        host.Check("INV.SHOW k", "$[rope, -4]");
        Assert.True(CustomTypeId.TryMake("inventory", 2, out id));
        RdbWriter newer = new();
        newer.Type(RdbType.Module);
        newer.Count(id);
        newer.Count(0);
        Assert.Equal("-ERR Bad data format", Restore(host, "k2", Sealed(newer)));
    }

    [Fact]
    public void A_payload_that_is_changed_anywhere_is_refused_or_sound()
    {
        using EngineHost host = Host();
        host.Send("DEBUG SET-SKIP-CHECKSUM-VALIDATION 1");
        for (int i = 0; i < 5; i++) host.Check($"INV.ADD k thing{i} {i + 1}", $":{i + 1}");
        byte[] payload = Dump(host, "k");
        TestRandom random = new(Environment.TickCount);
        host.Engine.DumpPayload.ChecksChecksums = false;
        for (int round = 0; round < 3000; round++)
        {
            byte[] broken = (byte[])payload.Clone();
            for (int i = random.Below(3); i >= 0; i--)
            {
                broken[1 + random.Below(broken.Length - 11)] = (byte)random.Below(256);
            }

            string reply = Restore(host, "k2", broken);
            Assert.True(reply is "+OK" or "-ERR Bad data format", $"seed {random.Seed}: {reply}");
            host.Send("DEL k2");
        }

        host.Engine.CheckInvariants();
    }

    [Fact]
    public void What_it_takes_counts_and_is_given_back()
    {
        using EngineHost host = Host();
        long before = host.Engine.UsedMemory;
        host.Check("INV.ADD k a 1", ":1");
        long one = host.Engine.UsedMemory - before;
        host.Check("INV.ADD k b 1", ":1");
        Assert.Equal(
            one + Inventory.InventoryType.BytesPerThing, host.Engine.UsedMemory - before);
        Assert.True(Number(host.Send("MEMORY USAGE k")) > 100 + (2 * 64));
        host.Check("COPY k k2", ":1");
        host.Check("INV.TAKE k a", ":1");
        host.Check("DEL k k2", ":2");
        Assert.Equal(before, host.Engine.UsedMemory);
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_value_that_goes_is_disposed_whatever_made_it_go()
    {
        using EngineHost host = Host();
        Inventory seen = new();
        host.Engine.Register(
            "PEEK", 2, (ref CommandContext c) =>
            {
                seen = c.Store.Get(Inventory.Type, c[1])!;
                c.Reply.Ok();
            });
        foreach (string command in new[]
        {
            "DEL k", "UNLINK k", "SET k 1", "FLUSHDB", "FLUSHALL ASYNC", "INV.TAKE k a",
            "PEXPIREAT k 1", "COPY s k REPLACE",
        })
        {
            host.Send("DEL k");
            host.Check("INV.ADD k a 1", ":1");
            host.Check("SET s 1", "+OK");
            host.Check("PEEK k", "+OK");
            Assert.False(seen.IsDisposed);
            host.Send(command);
            host.Advance(1000);
            host.Engine.EndTurn();
            Assert.True(seen.IsDisposed, command);
        }
    }

    [Fact]
    public void It_expires_and_is_evicted()
    {
        using EngineHost host = Host(c => c.MaxMemoryPolicy = MaxMemoryPolicy.AllKeysRandom);
        host.Check("INV.ADD k a 1", ":1");
        host.Check("PEXPIRE k 10", ":1");
        host.Advance(20);
        host.Check("EXISTS k", ":0");
        for (int i = 0; i < 300; i++) host.Check($"INV.ADD k{i} a 1", ":1");
        host.Engine.Config.MaxMemory = host.Engine.AccountedMemory - 5000;
        host.Send("PING");
        host.Check("INV.ADD new a 1", ":1");
        Assert.True(Number(host.Send("DBSIZE")) < 299);
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void Its_whole_value_is_propagated_unless_the_command_is()
    {
        using EngineHost host = Host();
        host.Check("INV.ADD k a 1", ":1");
        byte[] payload = Dump(host, "k");
        host.Check("INV.ADD k b 1", ":1");
        Assert.StartsWith("RESTORE k 0 ", host.Effects[^1], StringComparison.Ordinal);
        host.Check("INV.TAKE k b", ":1");
        Assert.True(host.EffectBytes.AsSpan().IndexOf(payload) > 0);
        host.Check("INV.TAKE k nothing", ":0");
        Assert.Empty(host.Effects);
        host.Check("INV.TAKE k a", ":1");
        Assert.Equal("DEL k", host.Effects[^1]);

        using EngineHost other = Inventory.Extend(new EngineHost(), propagatesItself: true);
        other.Check("INV.ADD k b 1", ":1");
        Assert.Equal(["SELECT 0", "INV.ADD k b 1"], other.Effects);
        other.Check("INV.TAKE k b", ":1");
        Assert.Equal(["INV.TAKE k b"], other.Effects);
    }

    [Fact]
    public void A_command_that_propagates_itself_may_not_depend_on_time_or_call_writers()
    {
        using EngineHost host = Host();
        host.Engine.Register(new CustomCommand
        {
            Name = "TIMED",
            Arity = 1,
            Flags = CommandFlags.Write,
            PropagatesItself = true,
            Handler = (ref CommandContext c) =>
                c.Store.Set("k"u8, "v"u8, TimeSpan.FromSeconds(1)),
        });
        host.Engine.Register(new CustomCommand
        {
            Name = "CALLS",
            Arity = 1,
            Flags = CommandFlags.Write,
            PropagatesItself = true,
            Handler = (ref CommandContext c) => c.Answer(c.Call("INCR", "n")),
        });
        host.Check("TIMED", "-ERR internal error: the command 'timed' failed; see the log");
        host.Check(
            "CALLS",
            "-ERR 'calls' propagates itself and calls 'incr', which has effects of its own");
        host.Check("DBSIZE", ":0");
        Assert.Throws<ArgumentException>(() => host.Engine.Register(new CustomCommand
        {
            Name = "READS",
            Arity = 1,
            PropagatesItself = true,
            Handler = (ref CommandContext c) => c.Reply.Ok(),
        }));
    }

    [Fact]
    public void Watchers_and_events_hear_of_a_change()
    {
        using EngineHost host = Host(
            c => c.NotifyKeyspaceEvents = NotifyClass.Keyevent | NotifyClass.Module);
        host.Check("SUBSCRIBE __keyevent@0__:inv.add",
            "*3 $subscribe $__keyevent@0__:inv.add :1", "ear");
        host.Check("WATCH k", "+OK", "watcher");
        host.Check("MULTI", "+OK", "watcher");
        host.Check("INV.ADD k a 1", ":1");
        Assert.Equal("*3 $message $__keyevent@0__:inv.add $k", host.Pushes["ear"]);
        host.Check("EXEC", "*-1", "watcher");
    }

    [Fact]
    public void A_file_with_a_type_that_is_not_known_is_refused_by_name_and_can_be_checked()
    {
        using EngineHost host = Host();
        host.Check("INV.ADD k a 1", ":1");
        byte[] file = SnapshotFiles.Save(host.Engine);
        using EngineHost plain = new();
        Assert.Equal(
            "The RDB file contains module data I can't load: no matching module type 'inventory'",
            SnapshotFiles.Load(plain, file).Failure);
        RdbFileLoader check = SnapshotFiles.Load(plain, file, RdbUse.Check);
        Assert.Null(check.Failure);
        Assert.True(check.ChecksumHeld);
        Assert.Equal(1, check.KeysLoaded);
    }

    [Fact]
    public void A_journal_with_a_type_that_is_not_known_is_refused_by_name()
    {
        using EngineHost host = Host();
        host.Check("INV.ADD k a 1", ":1");
        using EngineHost plain = new();
        Assert.Equal(
            "The value of 'k' cannot be read: The RDB file contains module data I can't load: no "
            + "matching module type 'inventory'",
            Replay(plain, host.EffectBytes));
    }

    [Fact]
    public void A_value_that_cannot_be_written_leaves_no_half_of_a_command_in_the_journal()
    {
        using EngineHost host = Host();
        host.Check("INV.ADD k a 1", ":1");
        Assert.StartsWith(
            "-ERR internal error", host.Send("INV.ADD k unspeakable 1"), StringComparison.Ordinal);
        Assert.Empty(host.EffectBytes);
    }

    [Fact]
    public void A_value_that_cannot_be_written_voids_the_snapshot_and_nothing_else()
    {
        using EngineHost host = Host();
        for (int i = 0; i < 50; i++) host.Check($"SET s{i} 1", "+OK");
        host.Check("INV.ADD k a 1", ":1");
        host.Engine.Propagation.Enabled = false;
        host.Check("INV.ADD k unspeakable 1", ":1");
        SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
        host.Check("INV.TAKE k unspeakable", ":1");
        Assert.True(walk.Step(long.MaxValue));
        Assert.Equal(
            "a value of the type 'inventory' could not be written: unspeakable", walk.Failure);
        host.Engine.EndSnapshot();
        host.Check("INV.SHOW k", "$[a, 1]");
        SnapshotFiles.Save(host.Engine);
    }

    [Fact]
    public void What_is_declared_or_used_wrongly_is_refused()
    {
        using EngineHost host = Host();
        Assert.Throws<ArgumentException>(() => host.Engine.Register(new Named("inventory")));
        foreach (string name in new[] { "", "short", "ten-letters", "nine char", "ninecharü" })
        {
            Assert.Throws<ArgumentException>(() => new Named(name));
        }

        Assert.Throws<ArgumentException>(() => new Named("ninechars", 1024));
        Named unknown = new("ninechars");
        host.Engine.Register(
            "USE", 2, (ref CommandContext c) => c.Store.Set(unknown, c[1], "x"),
            CommandFlags.Write);
        host.Check("USE k", "-ERR internal error: the command 'use' failed; see the log");
        host.Engine.Register(
            "TWICE", 2, (ref CommandContext c) =>
                c.Store.Set(Inventory.Type, c[1], c.Store.Get(Inventory.Type, c[1])!),
            CommandFlags.Write);
        host.Check("INV.ADD k a 1", ":1");
        host.Check("TWICE k", "-ERR internal error: the command 'twice' failed; see the log");
        host.Check("INV.SHOW k", "$[a, 1]");
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_type_may_have_commands_for_its_values_in_a_journal_of_commands()
    {
        using EngineHost host = new();
        Named type = new("ninechars");
        host.Engine.Register(type);
        host.Engine.Register(
            "PUT", 3, (ref CommandContext c) =>
            {
                c.Store.Set(type, c[1], Encoding.UTF8.GetString(c[2]));
                c.Reply.Ok();
            },
            CommandFlags.Write);
        host.Check("PUT k v", "+OK");
        host.Check("PEXPIREAT k 9999999999999", ":1");
        host.Check("PUT plain plain", "+OK");
        SnapshotWalk walk = host.Engine.BeginSnapshot(SnapshotForm.Commands);
        Assert.True(walk.Step(long.MaxValue));
        System.IO.MemoryStream file = new();
        SnapshotFiles.Drain(walk, file);
        host.Engine.EndSnapshot();
        string text = Encoding.Latin1.GetString(file.ToArray());
        Assert.Contains("PUT\r\n$1\r\nk\r\n$1\r\nv\r\n", text, StringComparison.Ordinal);
        Assert.Contains("RESTORE\r\n$5\r\nplain", text, StringComparison.Ordinal);
        string digest = host.Send("DEBUG DIGEST");
        host.Check("FLUSHALL", "+OK");
        Assert.Null(Replay(host, file.ToArray()));
        Assert.Equal(digest, host.Send("DEBUG DIGEST"));
        host.Check("PEXPIRETIME k", ":9999999999999");
    }

    internal static EngineHost Host(Action<ServerConfig>? configure = null) =>
        Inventory.Extend(new EngineHost(config =>
        {
            config.EnableDebugCommand = DangerousAccess.Yes;
            configure?.Invoke(config);
        }));

    internal static string? Replay(EngineHost host, byte[] effects)
    {
        byte[] bytes = new byte[effects.Length + Rotom.Resp.Batch.CommandBatch.Slack];
        effects.CopyTo(bytes, 0);
        host.Engine.BeginReplay();
        host.Engine.IsLoading = true;
        host.Engine.Propagation.Enabled = false;
        string? problem = host.Engine.Replay(bytes, effects.Length);
        host.Engine.IsLoading = false;
        host.Engine.Propagation.Enabled = true;
        host.Engine.EndReplay();
        return problem;
    }

    private static byte[] Dump(EngineHost host, string key)
    {
        host.Send($"DUMP {key}");
        RespReader reader = new();
        Assert.Equal(RespReadResult.Value, reader.Read(host.ReplyBytes, out _));
        return reader.Value.Bytes.ToArray();
    }

    private static string Restore(EngineHost host, string key, byte[] payload) =>
        host.Send(["RESTORE"u8.ToArray(), Encoding.ASCII.GetBytes(key), "0"u8.ToArray(), payload]);

    private static byte[] Sealed(RdbWriter payload)
    {
        payload.UInt16(RdbVersion.Base);
        payload.UInt64(Crc64.Update(0, payload.Written));
        return payload.Written.ToArray();
    }

    private static long Number(string reply) => long.Parse(reply[1..]);

    /// <summary>A text; those that are "plain" have no command of their own.</summary>
    private sealed class Named(string name, int version = 0) : CustomType<string>(name, version)
    {
        protected internal override void Save(string value, CustomWriter to) => to.Text(value);

        protected internal override string Load(CustomReader from, int encodingVersion) =>
            from.Text();

        protected internal override long MemoryBytes(string value) => value.Length * 2L;

        protected internal override bool Rewrite(
            ReadOnlySpan<byte> key, string value, CustomRewriter to)
        {
            if (value == "plain") return false;
            to.Command("PUT", key.ToArray(), value);
            return true;
        }
    }
}
