using System;

namespace Rotom.Engine;

// Where the keys of a command are. A plain range (nearly all commands) is computed; the others are
// found by the extractor.
public sealed partial class RotomEngine
{
    /// <summary>The keys of the command looked at last, by COMMAND GETKEYS or ACL.</summary>
    internal KeyPositions KeyBuffer { get; } = new();

    /// <summary>Which argument the n-th key of the command is.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no such key: the handler has not made sure of it.
    /// </exception>
    internal static int KeyPosition(in CommandContext c, int n)
    {
        Command command = c.Command;
        int at = command.FirstKey > 0
            ? command.FirstKey + (n * command.KeyStep)
            : KeyExtractor.Position(command.Spec, new ArgView(c.Batch, c.Args), n);
        if ((uint)(at - 1) >= (uint)(c.ArgCount - 1)) NoSuchKey(command, n);
        return at;
    }

    /// <summary>How many keys the command has.</summary>
    internal static int CountKeys(in CommandContext c)
    {
        Command command = c.Command;
        if (command.FirstKey == 0)
        {
            return KeyExtractor.Count(command.Spec, new ArgView(c.Batch, c.Args));
        }

        int last = command.LastKey >= 0
            ? command.FirstKey + command.LastKey
            : c.ArgCount + command.LastKey;
        return last < command.FirstKey ? 0 : ((last - command.FirstKey) / command.KeyStep) + 1;
    }

    private static void NoSuchKey(Command command, int n) =>
        throw new InvalidOperationException($"{command.FullName} has no key {n}");
}
