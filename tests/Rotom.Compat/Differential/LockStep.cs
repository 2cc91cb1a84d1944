using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;

namespace Rotom.Compat.Differential;

// Two servers, one stream of commands.
//
// Commands go out in pipelines of random length to both servers, and their replies are compared
// one by one, in order. At the end of a seed all that both hold is compared too: a command that
// answered right and stored wrong is found even if nothing read what it stored. The seed alone
// decides the commands, so a seed and an index name a difference for ever.

/// <summary>What was found for one seed.</summary>
internal sealed class SeedReport
{
    public int Commands { get; set; }

    public int Accepted { get; set; }

    public List<string> Differences { get; } = [];
}

/// <summary>Runs seeds against the reference and the server under test in lock-step.</summary>
internal sealed class LockStep(ServerProcess reference, ServerProcess tested,
    IReadOnlyList<CommandKind> kinds, AcceptedDifferences accepted)
{
    private const int PipelineMax = 16;
    private const int DifferencesMax = 10;
    private const int Databases = 4;

    private readonly CommandKind[] _wheel =
        [.. kinds.SelectMany(k => Enumerable.Repeat(k, k.Weight))];

    private SeedReport _report = new();
    private string _context = "";

    /// <summary>Commands drawn so far, by kind.</summary>
    public Dictionary<string, int> Drawn { get; } = [];

    public SeedReport Run(int seed, int protocol, int commandCount)
    {
        _report = new SeedReport();
        using RespConnection theirs = Begin(reference, protocol);
        using RespConnection ours = Begin(tested, protocol);
        Draw draw = new(seed);
        while (_report.Commands < commandCount && _report.Differences.Count < DifferencesMax)
        {
            _context = $"seed {seed}, RESP{protocol}, after {_report.Commands} commands";
            RunPipeline(draw, theirs, ours);
        }
        _context = $"seed {seed}, RESP{protocol}, the data at the end";
        if (_report.Differences.Count == 0)
            CompareData(theirs, ours);
        return _report;
    }

    private static RespConnection Begin(ServerProcess server, int protocol)
    {
        RespConnection client = server.Connect();
        client.Ok("FLUSHALL");
        client.Ok("CONFIG", "SET", "maxmemory-policy", "noeviction");
        client.Ok("HELLO", $"{protocol}");
        return client;
    }

    private void RunPipeline(Draw draw, RespConnection theirs, RespConnection ours)
    {
        List<(CommandKind Kind, byte[][] Words)> batch = [];
        MemoryStream bytes = new();
        for (int left = 1 + draw.Next(PipelineMax); left > 0; left--)
        {
            CommandKind kind = draw.Of(_wheel);
            byte[][] words = kind.Make(draw);
            Drawn[kind.Name] = Drawn.GetValueOrDefault(kind.Name) + 1;
            _report.Commands++;
            if (kind.Compare == Compare.Walk)
            {
                Exchange(batch, bytes, theirs, ours);
                CompareWalks(words, theirs, ours);
                continue;
            }
            batch.Add((kind, words));
            RespConnection.WriteCommand(bytes, words);
        }
        Exchange(batch, bytes, theirs, ours);
    }

    private void Exchange(List<(CommandKind Kind, byte[][] Words)> batch, MemoryStream bytes,
        RespConnection theirs, RespConnection ours)
    {
        theirs.Send(bytes.ToArray());
        ours.Send(bytes.ToArray());
        foreach ((CommandKind kind, byte[][] words) in batch)
        {
            RespReply a = ReadOf("redis-server", theirs, words);
            RespReply b = ReadOf("the server under test", ours, words);
            if (!Comparison.Same(kind.Compare, a, b))
                Report(words, a.ToString(), b.ToString());
        }
        batch.Clear();
        bytes.SetLength(0);
    }

    private RespReply ReadOf(string whose, RespConnection client, byte[][] words)
    {
        try
        {
            return client.Read();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // Their last words come a moment after the connection's end.
            if (tested.WaitForExit(1_000))
                tested.RequireAlive();
            throw new IOException(
                $"{_context}: {whose} did not answer {Print(words)}\n{tested.Output}", e);
        }
    }

    private void Report(byte[][] words, string theirs, string ours)
    {
        string command = Print(words);
        if (accepted.Cover(command, theirs, ours))
            _report.Accepted++;
        else
            _report.Differences.Add($"{_context}: {command}\n    redis {theirs}\n    ours  {ours}");
    }

    private static string Print(byte[][] words) => string.Join(' ', words.Select(w =>
    {
        string word = RespReply.Quote(w);
        return word.Length == 0 || word.Contains(' ') ? $"\"{word}\"" : word;
    }));

    private void CompareWalks(byte[][] words, RespConnection theirs, RespConnection ours)
    {
        string a = Walk(theirs, words);
        string b = Walk(ours, words);
        if (a != b)
            Report(words, a, b);
    }

    /// <summary>All that a scan lists, in order and each once, or its error.</summary>
    private static string Walk(RespConnection client, byte[][] words)
    {
        SortedSet<string> seen = new(StringComparer.Ordinal);
        byte[][] command = [.. words];
        // SCAN has the cursor first, the scans of one value behind the key.
        int cursor = words[0].Length == "scan".Length ? 1 : 2;
        for (int calls = 0; calls < 100_000; calls++)
        {
            MemoryStream bytes = new();
            RespConnection.WriteCommand(bytes, command);
            client.Send(bytes.ToArray());
            RespReply reply = client.Read();
            if (reply.IsError)
                return reply.ToString();
            seen.UnionWith(reply.Items[1].Items.Select(i => i.ToString()));
            if (reply.Items[0].Text == "0")
                return string.Join(' ', seen);
            command[cursor] = reply.Items[0].Bytes!;
        }
        return "the scan has no end";
    }

    private void CompareData(RespConnection theirs, RespConnection ours)
    {
        Both(Compare.Exact, theirs, ours, "DEBUG", "DIGEST");
        for (int database = 0; database < Databases; database++)
        {
            theirs.Ok("SELECT", $"{database}");
            ours.Ok("SELECT", $"{database}");
            string[] keys = KeyNames(theirs);
            Both(Compare.Unordered, theirs, ours, "KEYS", "*");
            foreach (string key in keys)
            {
                string[] reading = Reading(theirs, key);
                Compare compare = reading[0] is "SMEMBERS" or "HGETALL"
                    ? Compare.Unordered
                    : Compare.Exact;
                Both(compare, theirs, ours, reading);
                Both(Compare.Exact, theirs, ours, "OBJECT", "ENCODING", key);
                Both(Compare.Milliseconds, theirs, ours, "PTTL", key);
            }
        }
    }

    /// <summary>The command that shows all of a value.</summary>
    private static string[] Reading(RespConnection client, string key)
        => client.Call("TYPE", key).Text switch
        {
            "list" => ["LRANGE", key, "0", "-1"],
            "set" => ["SMEMBERS", key],
            "hash" => ["HGETALL", key],
            // Scores are in the digest: Redis 7.0 writes them with 17 digits.
            "zset" => ["ZRANGE", key, "0", "-1"],
            _ => ["GET", key],
        };

    private static string[] KeyNames(RespConnection client)
        => [.. client.Ok("KEYS", "*").Items.Select(i => i.Text).Order(StringComparer.Ordinal)];

    private void Both(Compare compare, RespConnection theirs, RespConnection ours,
        params string[] command)
    {
        RespReply a = theirs.Call(command);
        RespReply b = ours.Call(command);
        if (a.IsError)
            throw new InvalidOperationException($"{string.Join(' ', command)}: {a}");
        if (!Comparison.Same(compare, a, b))
        {
            byte[][] words = Array.ConvertAll(command, System.Text.Encoding.Latin1.GetBytes);
            Report(words, a.ToString(), b.ToString());
        }
    }
}
