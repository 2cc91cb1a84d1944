using System;
using System.Text;

namespace Rotom.Engine.Commands;

// LOLWUT: generative art and the version. Redis' fifth version drew Georg Nees' Schotter; this is a
// view of the same idea in our own hand: a field of arrows that are in order at the top and lose it
// downwards. What a client chooses is bounded, so that a picture is at most some 64 KiB.

/// <summary>LOLWUT.</summary>
internal static class LolwutCommand
{
    private const int WidthByDefault = 66;
    private const int HeightByDefault = 20;
    private const int WidthMax = 1000;
    private const int HeightMax = 64;

    // The eight directions in turn, so that a step to the side is a turn by 45 degrees.
    private const string Arrows = "|/-\\|/-\\";

    /// <summary>Displays computer art and the Redis version.</summary>
    [Command("LOLWUT", Arity = -1, Since = "5.0.0", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, KeysNone = true, Acl = Acl.None,
        Syntax = "[VERSION version:integer]")]
    internal static void Lolwut(ref CommandContext c)
    {
        int first = 1;
        if (c.ArgCount >= 3 && c.Is(1, "VERSION"u8))
        {
            if (!c.TryInt64(2, out _)) return;
            first = 3;
        }

        long width = WidthByDefault, height = HeightByDefault;
        if (c.ArgCount > first && !c.TryInt64(first, out width)) return;
        if (c.ArgCount > first + 1 && !c.TryInt64(first + 1, out height)) return;
        width = Math.Clamp(width, 1, WidthMax);
        height = Math.Clamp(height, 1, HeightMax);
        StringBuilder art = new();
        for (long row = 0; row < height; row++)
        {
            for (long column = 0; column < width; column++)
            {
                long disorder = 1 + (row * Arrows.Length / height);
                art.Append(Arrows[(int)c.Engine.Random.Next(disorder)]);
            }

            art.Append('\n');
        }

        art.Append("\nAfter Georg Nees' Schotter, 1968. Redis ver. ")
            .Append(ServerVersion.Redis).Append('\n');
        c.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(art.ToString()));
    }
}
