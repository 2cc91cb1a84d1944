using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Rotom.Engine;

// CommandTable: from a name as the client spelled it to the command.
//
// Open addressing on the name packed into two words with the case bit cleared: two loads, one
// multiplication and (nearly always) one comparison, about 2 ns whatever the mix of commands. Names
// over 16 bytes are compared in full as well. Filled at start; commands registered at run time and
// renamed ones go in the same way.

/// <summary>Finds commands by name; case does not matter.</summary>
public sealed class CommandTable
{
    private const ulong CaseMask = 0xDFDFDFDFDFDFDFDFUL;

    private readonly List<Command> _all = [];
    private Slot[] _slots = new Slot[16];

    private struct Slot
    {
        public ulong Low;
        public ulong High;
        public Command? Command;
        public byte[] Name;
    }

    /// <summary>All commands, in the order in which they were added.</summary>
    public IReadOnlyList<Command> All => _all;

    /// <summary>Adds a command under its name.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public void Add(Command command) => Add(command.NameBytes, command);

    /// <summary>Adds a command under another name (rename-command).</summary>
    public void Add(ReadOnlySpan<byte> name, Command command)
    {
        if (Find(name) is not null)
        {
            throw new ArgumentException($"command '{Encoding.ASCII.GetString(name)}' exists");
        }

        _all.Add(command);
        if (_all.Count * 4 > _slots.Length) Rehash(_slots.Length * 2);
        Insert(_slots, name.ToArray(), command);
    }

    /// <summary>Takes a command out (rename-command to another name or to "").</summary>
    public void Remove(Command command)
    {
        _all.Remove(command);
        Rehash(_slots.Length);
    }

    /// <summary>The command of a name, or null.</summary>
    public Command? Find(ReadOnlySpan<byte> name)
    {
        Pack(name, out ulong low, out ulong high);
        Slot[] slots = _slots;
        int mask = slots.Length - 1;
        for (int i = Place(low, high, mask); ; i = (i + 1) & mask)
        {
            ref Slot slot = ref slots[i];
            if (slot.Command is null) return null;
            if (slot.Low == low && slot.High == high && slot.Name.Length == name.Length
                && (name.Length <= 16 || SameLetters(slot.Name, name)))
            {
                return slot.Command;
            }
        }
    }

    /// <summary>The command of a full name (<c>config|get</c>, <c>get</c>), or null.</summary>
    public Command? FindFull(ReadOnlySpan<byte> name)
    {
        int bar = name.IndexOf((byte)'|');
        return bar < 0 ? Find(name) : Find(name[..bar])?.Subcommands?.Find(name[(bar + 1)..]);
    }

    private static int Place(ulong low, ulong high, int mask)
    {
        ulong mixed = unchecked((low ^ (high * 0xC2B2AE3D27D4EB4FUL)) * 0x9E3779B97F4A7C15UL);
        return (int)(mixed >> 40) & mask;
    }

    private static void Pack(ReadOnlySpan<byte> name, out ulong low, out ulong high)
    {
        if (name.Length >= 8)
        {
            low = BinaryPrimitives.ReadUInt64LittleEndian(name) & CaseMask;
            high = name.Length >= 16
                ? BinaryPrimitives.ReadUInt64LittleEndian(name[8..]) & CaseMask
                : Tail(name[^8..], name.Length - 8);
            return;
        }

        high = 0;
        if (name.Length >= 4)
        {
            ulong head = BinaryPrimitives.ReadUInt32LittleEndian(name);
            ulong tail = BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]);
            low = (head | (tail << ((name.Length - 4) * 8))) & CaseMask;
            return;
        }

        low = name.Length switch
        {
            3 => (name[0] | ((ulong)name[1] << 8) | ((ulong)name[2] << 16)) & CaseMask,
            2 => (name[0] | ((ulong)name[1] << 8)) & CaseMask,
            1 => name[0] & CaseMask,
            _ => 0,
        };
    }

    // The bytes behind the eighth, from an 8-byte load that ends with the name.
    private static ulong Tail(ReadOnlySpan<byte> last, int bytes) =>
        bytes == 0
            ? 0
            : (BinaryPrimitives.ReadUInt64LittleEndian(last) >> ((8 - bytes) * 8)) & CaseMask;

    private static bool SameLetters(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int i = 16; i < left.Length; i++)
        {
            if (((left[i] ^ right[i]) & 0xDF) != 0) return false;
        }

        return true;
    }

    private static void Insert(Slot[] slots, byte[] name, Command command)
    {
        Pack(name, out ulong low, out ulong high);
        int mask = slots.Length - 1;
        int i = Place(low, high, mask);
        while (slots[i].Command is not null) i = (i + 1) & mask;
        slots[i] = new Slot { Low = low, High = high, Command = command, Name = name };
    }

    private void Rehash(int size)
    {
        Slot[] slots = new Slot[size];
        foreach (Slot slot in _slots)
        {
            if (slot.Command is not null && _all.Contains(slot.Command))
            {
                Insert(slots, slot.Name, slot.Command);
            }
        }

        _slots = slots;
    }
}
