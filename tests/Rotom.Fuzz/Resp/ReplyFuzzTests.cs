using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Resp;
using Xunit;

namespace Rotom.Fuzz.Resp;

// Goal (reliability R1, R2 for the client's side): whatever a server sends, the reply reader
// answers values, "need more" or a RespProtocolException; the same whole and cut; in memory that
// follows the bytes that came. Method: random trees of all types, mutated.
public class ReplyFuzzTests
{
    // A value is an object and a place in a list: at most 3 bytes of input ("_\r\n" shares its
    // object, ":1\r\n" does not) may cost so much.
    private const int AllocatedMax = 128 << 10;
    private const int AllocatedPerByte = 64;

    private static readonly string[] s_tokens =
    [
        "\r\n", "*", "*?\r\n", "*1\r\n", "*-1\r\n", "%1\r\n", "%?\r\n", "~2\r\n",
        "|1\r\n", ">2\r\n", "$?\r\n", ";1\r\na\r\n", ";0\r\n", ".\r\n", "_\r\n", "#t\r\n",
        ",1.5\r\n", ",inf\r\n",
        "(12\r\n", "=5\r\ntxt:a\r\n", "!3\r\nERR\r\n", "+OK\r\n", "-ERR\r\n", ":1\r\n",
        "$1\r\na\r\n", "$-1\r\n", "*2147483647\r\n", "$536870912\r\n", "$4294967297\r\n",
        "%1073741824\r\n", "*1\r\n*1\r\n*1\r\n",
    ];

    private static readonly string[] s_scalars =
        [.. s_tokens.Where(t => "_#,(=!+-:".Contains(t[0]))];

    [Fact]
    public void The_reply_reader_survives_anything_and_does_not_see_packets()
    {
        int seed = FuzzBudget.Seed();
        Random random = new(seed);
        int inputs = FuzzBudget.Inputs(quick: 100_000, full: 5_000_000);
        for (int i = 0; i < inputs; i++)
        {
            byte[] input = Input(random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            List<string> whole = [];
            bool broken = Read(new RespReader(), input, _ => input.Length, whole, show: false);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            long most = AllocatedMax + (AllocatedPerByte * (long)input.Length);
            Assert.True(allocated <= most, $"seed {seed}, input {i}: {allocated} bytes");
            whole.Clear();
            Read(new RespReader(), input, _ => input.Length, whole, show: true);
            List<string> cut = [];
            bool cutBroken = Read(new RespReader(), input, _ => random.Next(1, 9), cut, show: true);
            Assert.True(
                broken == cutBroken && whole.SequenceEqual(cut), $"seed {seed}, input {i} differs");
        }
    }

    private static bool Read(
        RespReader reader, byte[] input, Func<int, int> packet, List<string> values, bool show)
    {
        try
        {
            int at = 0;
            while (at < input.Length)
            {
                int end = Math.Min(input.Length, at + packet(at));
                while (at < end)
                {
                    RespReadResult result = reader.Read(input.AsSpan(at, end - at), out int n);
                    at += n;
                    if (result == RespReadResult.Value && show)
                    {
                        values.Add(reader.Value.Kind + reader.Value.ToString());
                    }
                }
            }

            return false;
        }
        catch (RespProtocolException)
        {
            return true;
        }
    }

    private static byte[] Input(Random random)
    {
        StringBuilder text = new();
        int values = random.Next(1, 4);
        for (int i = 0; i < values; i++) Value(random, text, 0);
        for (int edits = random.Next(4); edits > 0 && text.Length > 0; edits--)
        {
            int at = random.Next(text.Length);
            if (random.Next(2) == 0) text.Insert(at, s_tokens[random.Next(s_tokens.Length)]);
            else if (random.Next(2) == 0) text[at] = (char)random.Next(256);
            else text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static void Value(Random random, StringBuilder text, int depth)
    {
        int kind = random.Next(depth > 4 ? 10 : 16);
        switch (kind)
        {
            case < 8:
                text.Append(s_scalars[random.Next(s_scalars.Length)]);
                break;
            case < 10:
                string value = new((char)random.Next(256), random.Next(40));
                text.Append('$').Append(value.Length).Append("\r\n").Append(value).Append("\r\n");
                break;
            case 10:
                text.Append("|1\r\n");
                for (int i = 0; i < 3; i++) Value(random, text, depth + 1);
                break;
            case 11:
                text.Append("$?\r\n;3\r\nabc\r\n;1\r\nd\r\n;0\r\n");
                break;
            case 12:
                text.Append("*?\r\n");
                for (int i = random.Next(4); i > 0; i--) Value(random, text, depth + 1);
                text.Append(".\r\n");
                break;
            default:
                char type = "*%~"[random.Next(3)];
                int count = random.Next(4);
                text.Append(type).Append(count).Append("\r\n");
                int items = type == '%' ? count * 2 : count;
                for (int i = 0; i < items; i++) Value(random, text, depth + 1);
                break;
        }
    }
}
