using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Compat.Load;

// R15 (d), with no mercy: a managed heap of 48 to 256 MB, and everything that takes it at once
// (HeapAttacks), while others write (HeapWriters).
//
// A round is right when the server answers a new client within five seconds while the attackers
// are still there, or has ended by itself and its log says why; and, either way, a server without
// the limit finds every acknowledged write. Everything else is a fault: no answer, no port, a
// write that is gone, a reply that is another's.
//
// ROTOM_HEAP_ROUNDS=60 for the record; ROTOM_HEAP_SEED repeats from a round on; ROTOM_HEAP_MB is
// the limit of all rounds, ROTOM_HEAP_MS how long each lasts, ROTOM_HEAP_ATTACKS which kinds of
// attack, ROTOM_HEAP_LOG a file for what the servers said, ROTOM_HEAP_HOLD=1 leaves a server that
// does not answer as it is, to be looked at.

public sealed class SmallHeapRoundsTests(ITestOutputHelper output)
{
    private const int AnswerMs = 5_000;
    private const int EndMs = 30_000;

    private static readonly int[] s_limits = [48, 56, 64, 80, 128, 256];

    private readonly List<string> _faults = [];
    private long _endedMs;

    [TheoryWith(Need.OwnServer)]
    [InlineData("always")]
    [InlineData("everysec")]
    public void R15_d_whatever_takes_the_heap_the_server_answers_or_ends(string fsync)
    {
        int rounds = Number("ROTOM_HEAP_ROUNDS", Tools.Full ? 60 : 2) / 2;
        int first = Number("ROTOM_HEAP_SEED", Tools.Full ? 0 : 4);
        SortedDictionary<string, int> ends = [];
        for (int i = first; i < first + rounds; i++)
        {
            int limit = Number("ROTOM_HEAP_MB", s_limits[i % s_limits.Length]);
            string end = Round(limit, fsync, i);
            string group = $"{limit,3} MB: {end}";
            ends[group] = ends.GetValueOrDefault(group) + 1;
        }

        foreach ((string group, int count) in ends)
            Figures.Add($"R15 (d), {fsync}", $"{group}: {count}");
        Assert.Empty(_faults);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    private string Round(int limit, string fsync, int seed)
    {
        string folder = Directory.CreateTempSubdirectory("rotom-heap-").FullName;
        Dictionary<string, string> heap = new()
        {
            ["DOTNET_GCHeapHardLimit"] = $"0x{limit << 20:x}",
        };
        string[] flags = ["--dir", folder, "--appendonly", "yes", "--appendfsync", fsync];
        string name = $"seed {seed}, {limit} MB, {fsync}";
        string end;
        HeapWriters writers;
        long until = long.MaxValue;
        try
        {
            using (ServerProcess server = ServerProcess.StartWith(heap, flags))
            {
                Fill(server);
                writers = new HeapWriters(server, seed);
                end = Attacked(server, seed, name);
                writers.Dispose();
                if (writers.Wrong is { } wrong) _faults.Add($"{name}: {wrong}");
                // As in Redis, everysec does not write while it flushes, and answers all the same.
                if (server.HasExited && fsync != "always") until = _endedMs - 2_000;
                else if (!server.HasExited && fsync != "always") server.Terminate(30_000);
                Note(
                    $"{name}: {end}; {writers.Acknowledged} writes, {writers.Refused} refused",
                    server);
            }

            using ServerProcess again = ServerProcess.Start(flags);
            using RespConnection client = again.Connect(60_000);
            List<string> lost = writers.Lost(client, until);
            if (lost.Count > 0)
                _faults.Add($"{name}: not what was acknowledged: {string.Join("; ", lost)}");
        }
        catch (Exception failed) when (failed is InvalidOperationException or TimeoutException)
        {
            end = "not well: " + failed.Message.Split('\n')[0];
            _faults.Add($"{name}: {failed.Message}");
            Note($"{name}: {failed.Message}", null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return end;
    }

    private string Attacked(ServerProcess server, int seed, string name)
    {
        using HeapAttacks attacks = new(server, seed);
        server.WaitForExit(Number("ROTOM_HEAP_MS", Tools.Full ? 5_000 : 2_000));
        _endedMs = Environment.TickCount64;
        attacks.End();
        if (Answers(server)) return "answers";
        if (server.WaitForExit(EndMs)) return Ended(server, name);
        _faults.Add($"{name}: no answer and no end");
        if (Number("ROTOM_HEAP_HOLD", 0) != 0)
        {
            Note($"{name}: no answer, pid {server.Pid}", server);
            Thread.Sleep(Timeout.Infinite);
        }

        return "no answer";
    }

    private string Ended(ServerProcess server, string name)
    {
        Thread.Sleep(200);
        bool said = server.Output.Contains("emory", StringComparison.Ordinal)
            || server.Output.Contains("the server ends", StringComparison.Ordinal);
        if (!said) _faults.Add($"{name}: ended without a word: {server.Output}");
        return $"ended with exit code {server.ExitCode}";
    }

    // A connection may be closed for the memory it needs: then it is another one's turn.
    private static bool Answers(ServerProcess server)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < AnswerMs && !server.HasExited)
        {
            try
            {
                using RespConnection client = new(server.Port, AnswerMs);
                if (client.Call("PING").ToString() == "+PONG") return true;
            }
            catch (Exception gone) when (gone is SocketException or IOException)
            {
                Thread.Sleep(10);
            }
        }

        return false;
    }

    private static void Fill(ServerProcess server)
    {
        using RespConnection client = server.Connect();
        client.Ok("SETRANGE", "big", "4000000", "x");
        client.Ok("SET", "w", "w");
        string[] elements = [.. Enumerable.Range(0, 20_000).Select(i => $"an element {i}")];
        client.Ok(["RPUSH", "list", .. elements]);
    }

    private void Note(string line, ServerProcess? server)
    {
        output.WriteLine(line);
        string? file = Environment.GetEnvironmentVariable("ROTOM_HEAP_LOG");
        if (string.IsNullOrEmpty(file)) return;
        File.AppendAllText(file, line + "\n" + Tail(server) + "\n");
    }

    private static string Tail(ServerProcess? server) => server is null
        ? ""
        : string.Join('\n', server.Output.Split('\n').TakeLast(60));
}
