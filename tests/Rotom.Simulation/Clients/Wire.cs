using System;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Simulation.World;

namespace Rotom.Simulation.Clients;

/// <summary>What a client put on the wire: a command, or something that breaks its input.</summary>
/// <param name="Args">The command; empty for broken input.</param>
/// <param name="Error">How the answer to broken input begins, without the '-'.</param>
internal sealed record Sent(string[] Args, string? Error = null);

/// <summary>Commands as bytes, and bytes that are none.</summary>
internal static class Wire
{
    private const int InlineBytesMax = 60_000;

    private static readonly (string Bytes, string Error)[] s_broken =
    [
        ("*x\r\n", "ERR Protocol error: invalid multibulk length"),
        ("*2147483648\r\n", "ERR Protocol error: invalid multibulk length"),
        ("*1\r\n+PING\r\n", "ERR Protocol error: expected '$', got '+'"),
        ("*2\r\n$3\r\nGET\r\n$x\r\n", "ERR Protocol error: invalid bulk length"),
        ("*1\r\n$-5\r\n", "ERR Protocol error: invalid bulk length"),
        ("GET \"k1\r\n", "ERR Protocol error: unbalanced quotes in request"),
        ("*1\r\n$4\r\nPINGxx*1\r\n", "ERR Protocol error"),
    ];

    /// <summary>A command in one of its spellings.</summary>
    internal static byte[] Encode(string[] args, SimRandom random)
    {
        if (random.PerMille(80) && args.Sum(arg => arg.Length) < InlineBytesMax
            && args.All(IsPlain) && args[0][0] != '*')
        {
            string blank = random.PerMille(200) ? "  " : " ";
            string end = random.PerMille(300) ? "\n" : "\r\n";
            return Encoding.Latin1.GetBytes(string.Join(blank, args) + end);
        }

        // Empty requests between commands ask nothing and are answered by nothing.
        string nothing = random.PerMille(20) ? random.Pick(["\r\n", "*0\r\n", "*-1\r\n"]) : "";
        return [.. Encoding.Latin1.GetBytes(nothing), .. Encode(args)];
    }

    /// <summary>A command as most clients send it.</summary>
    internal static byte[] Encode(string[] args)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"*{args.Length}\r\n");
        foreach (string arg in args)
        {
            text.Append(CultureInfo.InvariantCulture, $"${arg.Length}\r\n").Append(arg)
                .Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>Input that no server goes on with.</summary>
    internal static (byte[] Bytes, Sent Sent) Broken(SimRandom random)
    {
        (string bytes, string error) = random.Pick(s_broken);
        return (Encoding.Latin1.GetBytes(bytes), new Sent([], error));
    }

    private static bool IsPlain(string arg) =>
        arg.Length > 0 && arg.All(letter => letter is > ' ' and <= '~' and not ('"' or '\''));
}
