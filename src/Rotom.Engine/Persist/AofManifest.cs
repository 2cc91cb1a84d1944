using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Engine.Config;

namespace Rotom.Engine.Persist;

// AofManifest: which files make up the journal, in Redis' format.
//
//   file appendonly.aof.2.base.rdb seq 2 type b     all data up to some moment; at most one
//   file appendonly.aof.7.incr.aof seq 7 type i     what changed since, in ascending order
//   file appendonly.aof.6.incr.aof seq 6 type h     no longer needed, to be deleted
//
// A manifest is immutable: a change makes another one, which takes the old one's place once it is
// on the disk. It is text as bytes are (one char a byte), for names may be any bytes. What is wrong
// with one is said in redis-server's words.

/// <summary>What a file of the journal is.</summary>
public enum AofFileKind
{
    /// <summary>All data at some moment.</summary>
    Base = 'b',

    /// <summary>What changed since.</summary>
    Incr = 'i',

    /// <summary>No longer needed.</summary>
    History = 'h',
}

/// <summary>One file of the journal.</summary>
/// <param name="Name">Its name, without a directory.</param>
/// <param name="Seq">Its number among those of its kind.</param>
/// <param name="Kind">What it is.</param>
public sealed record AofFile(string Name, long Seq, AofFileKind Kind)
{
    /// <summary>True when it is a snapshot and not commands, by its name.</summary>
    public bool IsRdb => Name.EndsWith(".rdb", StringComparison.Ordinal);
}

/// <summary>The files of the journal.</summary>
/// <param name="Base">All data at some moment; null for none.</param>
/// <param name="Incr">What changed since, oldest first; the last is appended to.</param>
/// <param name="History">Files to be deleted.</param>
public sealed record AofManifest(
    AofFile? Base, IReadOnlyList<AofFile> Incr, IReadOnlyList<AofFile> History)
{
    /// <summary>Longest line in bytes; Redis' MANIFEST_MAX_LINE.</summary>
    private const int LineBytesMax = 1024;

    /// <summary>No files at all.</summary>
    public static AofManifest Empty { get; } = new(null, [], []);

    /// <summary>The number of the newest base so far, 0 for none.</summary>
    public long BaseSeq => Base?.Seq ?? 0;

    /// <summary>The number of the newest file of changes so far, 0 for none.</summary>
    public long IncrSeq => Incr.Count == 0 ? 0 : Incr[^1].Seq;

    /// <summary>The name of the manifest of a journal.</summary>
    public static string NameOf(string journal) => journal + ".manifest";

    /// <summary>The name under which a manifest is written before it takes its place.</summary>
    public static string TempNameOf(string journal) => "temp-" + NameOf(journal);

    /// <summary>The next file of changes.</summary>
    public AofFile NextIncr(string journal) => new(
        string.Create(CultureInfo.InvariantCulture, $"{journal}.{IncrSeq + 1}.incr.aof"),
        IncrSeq + 1,
        AofFileKind.Incr);

    /// <summary>The next base.</summary>
    public AofFile NextBase(string journal, bool rdb) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{journal}.{BaseSeq + 1}.base.{(rdb ? "rdb" : "aof")}"),
        BaseSeq + 1,
        AofFileKind.Base);

    /// <summary>The same with one more file of changes.</summary>
    public AofManifest With(AofFile incr) => this with { Incr = [.. Incr, incr] };

    /// <summary>
    /// The same with another base, which holds all that files of changes below a number hold: they
    /// and the old base become history.
    /// </summary>
    public AofManifest WithBase(AofFile newBase, long firstIncrKept)
    {
        List<AofFile> incr = [], history = [.. History];
        if (Base is not null) history.Add(Base with { Kind = AofFileKind.History });
        foreach (AofFile file in Incr)
        {
            if (file.Seq >= firstIncrKept) incr.Add(file);
            else history.Add(file with { Kind = AofFileKind.History });
        }

        return new AofManifest(newBase, incr, history);
    }

    /// <summary>The text of the file.</summary>
    public string Format()
    {
        StringBuilder text = new();
        if (Base is not null) Append(text, Base);
        foreach (AofFile file in History) Append(text, file);
        foreach (AofFile file in Incr) Append(text, file);
        return text.ToString();
    }

    /// <summary>Reads the text of the file.</summary>
    /// <param name="text">The text, one char a byte.</param>
    /// <param name="manifest">What it says.</param>
    /// <param name="error">What is wrong with it, in one or more lines.</param>
    public static bool TryParse(string text, out AofManifest manifest, out string error)
    {
        AofFile? baseFile = null;
        List<AofFile> incr = [], history = [];
        manifest = Empty;
        int number = 0;
        bool any = false;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            if (raw.Length == 0 && number > 1 && IsLast(text, number)) break;
            string? wrong = raw.Length >= LineBytesMax
                ? "The AOF manifest file contains too long line"
                : null;
            if (wrong is null && raw.StartsWith('#')) continue;
            AofFile? file = null;
            wrong ??= Parse(raw.Trim(' ', '\t', '\r'), out file);
            wrong ??= Place(file!, ref baseFile, incr, history);
            any = true;
            if (text.Length == 0) wrong = "Found an empty AOF manifest";
            if (wrong is null) continue;
            error = string.Create(
                CultureInfo.InvariantCulture,
                $"Reading the manifest file, at line {number}\n>>> '{raw}'\n{wrong}");
            return false;
        }

        error = any ? "" : "Found an empty AOF manifest";
        manifest = new AofManifest(baseFile, incr, history);
        return any;
    }

    private static bool IsLast(string text, int number) =>
        text.AsSpan().Count('\n') + 1 == number;

    private static string? Parse(string line, out AofFile? file)
    {
        const string invalid = "Invalid AOF manifest file format";
        file = null;
        if (!ConfLine.TrySplit(line, out List<string> words) || words.Count < 6
            || words.Count % 2 != 0)
        {
            return invalid;
        }

        string name = "";
        long seq = 0;
        char kind = '\0';
        for (int i = 0; i < words.Count; i += 2)
        {
            string value = words[i + 1];
            switch (words[i].ToLowerInvariant())
            {
                case "file":
                    name = value;
                    if (name.AsSpan().IndexOfAny('/', '\\') >= 0)
                    {
                        return "File can't be a path, just a filename";
                    }

                    break;
                case "seq":
                    if (!long.TryParse(
                        value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                        out seq))
                    {
                        seq = 0;
                    }

                    break;
                case "type":
                    kind = value.Length == 0 ? '\0' : value[0];
                    break;
            }
        }

        // Unknown keys are left alone, as a newer server may have more to say about a file.
        if (name.Length == 0 || seq == 0 || kind == '\0') return invalid;
        file = new AofFile(name, seq, (AofFileKind)kind);
        return null;
    }

    private static string? Place(
        AofFile file, ref AofFile? baseFile, List<AofFile> incr, List<AofFile> history)
    {
        switch (file.Kind)
        {
            case AofFileKind.Base when baseFile is not null:
                return "Found duplicate base file information";
            case AofFileKind.Base:
                baseFile = file;
                return null;
            case AofFileKind.History:
                history.Add(file);
                return null;
            case AofFileKind.Incr when incr.Count > 0 && file.Seq <= incr[^1].Seq:
                return "Found a non-monotonic sequence number";
            case AofFileKind.Incr:
                incr.Add(file);
                return null;
            default:
                return "Unknown AOF file type";
        }
    }

    private static void Append(StringBuilder text, AofFile file)
    {
        bool quoted = false;
        foreach (char c in file.Name) quoted |= c <= ' ' || c >= '\x7f' || c is '"' or '\'' or '\\';
        text.Append("file ").Append(quoted ? ConfLine.Quote(file.Name) : file.Name);
        text.Append(CultureInfo.InvariantCulture, $" seq {file.Seq} type {(char)file.Kind}\n");
    }
}
