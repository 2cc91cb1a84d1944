using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rotom.Engine.Tests.Support;

namespace Rotom.Engine.Tests.Extending;

/// <summary>A custom type for tests: how many there are of each thing.</summary>
internal sealed class Inventory : IDisposable
{
    internal static readonly InventoryType Type = new();

    internal SortedDictionary<string, long> Things { get; } = new(StringComparer.Ordinal);

    internal bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;

    /// <summary>Registers the type, and commands that change and read it.</summary>
    internal static EngineHost Extend(EngineHost host, bool propagatesItself = false)
    {
        host.Engine.Register(Type);
        host.Engine.Register(Declare("INV.ADD", 4, Add, propagatesItself));
        host.Engine.Register(Declare("INV.TAKE", 3, Take, propagatesItself));
        host.Engine.Register(new CustomCommand
        {
            Name = "INV.SHOW",
            Arity = 2,
            Handler = Show,
            Flags = CommandFlags.ReadOnly,
            Keys = [CustomCommand.KeysOf(1, Access.Read)],
        });
        return host;
    }

    private static CustomCommand Declare(
        string name, int arity, CommandHandler handler, bool propagatesItself) => new()
        {
            Name = name,
            Arity = arity,
            Handler = handler,
            Flags = CommandFlags.Write | CommandFlags.DenyOom,
            Keys = [CustomCommand.KeysOf(1, Access.RW | Access.Update)],
            PropagatesItself = propagatesItself,
        };

    private static void Add(ref CommandContext c)
    {
        if (!c.TryInt64(3, out long count)) return;
        Inventory? value = c.Store.Edit(Type, c[1]);
        bool isNew = value is null;
        value ??= new Inventory();
        string thing = Encoding.UTF8.GetString(c[2]);
        value.Things[thing] = value.Things.GetValueOrDefault(thing) + count;
        if (isNew) c.Store.Set(Type, c[1], value);
        else c.Store.Edited(c[1]);
        c.Reply.Integer(value.Things[thing]);
    }

    private static void Take(ref CommandContext c)
    {
        if (c.Store.Edit(Type, c[1]) is not { } value
            || !value.Things.Remove(Encoding.UTF8.GetString(c[2])))
        {
            c.Reply.Integer(0);
            return;
        }

        if (value.Things.Count == 0) c.Store.Delete(c[1]);
        else c.Store.Edited(c[1]);
        c.Reply.Integer(1);
    }

    private static void Show(ref CommandContext c) =>
        c.Reply.Bulk(Encoding.UTF8.GetBytes(c.Store.Get(Type, c[1])?.ToString() ?? "none"));

    public override string ToString() => string.Join(' ', Things);

    internal sealed class InventoryType() : CustomType<Inventory>("inventory", encodingVersion: 1)
    {
        internal const long BytesPerThing = 64;

        protected internal override void Save(Inventory value, CustomWriter to)
        {
            if (value.Things.ContainsKey("unspeakable")) throw new IOException("unspeakable");
            to.Count(value.Things.Count);
            foreach ((string thing, long count) in value.Things)
            {
                to.Text(thing);
                to.Int64(count);
                to.Double(count / 2.0);
            }
        }

        protected internal override Inventory Load(CustomReader from, int encodingVersion)
        {
            Inventory value = new();
            int count = from.Count();
            for (int i = 0; i < count; i++)
            {
                string thing = from.Text();
                value.Things[thing] = from.Int64();
                if (encodingVersion >= 1 && from.Double() * 2 != value.Things[thing])
                {
                    throw new CustomValueException("a count that is not twice its half");
                }
            }

            return value;
        }

        protected internal override long MemoryBytes(Inventory value) =>
            100 + (value.Things.Count * BytesPerThing);
    }
}
