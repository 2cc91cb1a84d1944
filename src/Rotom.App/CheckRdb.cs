using System;
using System.IO;
using System.Text;
using Rotom.Actors.Hosting;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;

namespace Rotom.App;

// check-rdb: reads a snapshot as the server would, value by value with all proofs, and says what is
// in it and what is wrong with it. Exit codes are those of redis-check-rdb: 0 when it could be
// loaded, 1 when not. The file is never touched.

/// <summary>The tool that proves a snapshot.</summary>
internal sealed class CheckRdb : IRdbListener
{
    // A file may name more databases than this server would be set to have.
    private const int Databases = 1 << 14;

    private readonly TextWriter _output;
    private RdbFileLoader? _loader;
    private string _lastKey = "";
    private long _expires;

    private CheckRdb(TextWriter output) => _output = output;

    /// <summary>Checks a file; the exit code.</summary>
    internal static int Run(string? path, TextWriter output)
    {
        if (path is not null) return new CheckRdb(output).Check(path);
        output.WriteLine("Usage: rotom-server --check-rdb <rdb-file-name>");
        return 1;
    }

    /// <inheritdoc/>
    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Say($"AUX FIELD {Encoding.Latin1.GetString(name)} = '{Encoding.Latin1.GetString(value)}'");

    /// <inheritdoc/>
    public void Key(ReadOnlySpan<byte> name, string type, bool hasExpiry)
    {
        _lastKey = $"{Encoding.Latin1.GetString(name)} ({type})";
        if (hasExpiry) _expires++;
    }

    private int Check(string path)
    {
        ServerConfig config = new() { Databases = Databases };
        using RotomEngine engine = new(new SystemClock(), new XoshiroRandom(1), config);
        try
        {
            using FileStream stream = File.OpenRead(path);
            _loader = engine.OpenRdb(stream, RdbUse.Check, this);
            Say($"Checking RDB file {path}");
            _loader.Step(long.MaxValue);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _output.WriteLine($"Cannot open file {path}: {ConfFiles.Reason(error)}");
            return 1;
        }

        return Report(_loader);
    }

    private int Report(RdbFileLoader loader)
    {
        if (loader.Failure is { } failure)
        {
            _output.WriteLine("--- RDB ERROR DETECTED ---");
            Say(loader.EndedEarly ? "Unexpected EOF reading RDB file" : failure);
            if (_lastKey.Length > 0) Info($"Last key that was sound: {_lastKey}");
        }
        else
        {
            Say(loader.ChecksumHeld ? "Checksum OK" : "RDB file was saved with checksum disabled: "
                + "no check performed.");
            Say("\\o/ RDB looks OK! \\o/");
        }

        Info($"{loader.KeysLoaded + loader.KeysExpired} keys read");
        Info($"{_expires} expires");
        Info($"{loader.KeysExpired} already expired");
        if (loader.EmptyKeysSkipped > 0) Info($"{loader.EmptyKeysSkipped} empty keys");
        return loader.Failure is null ? 0 : 1;
    }

    private void Info(string text) => _output.WriteLine("[info] " + text);

    private void Say(string text) =>
        _output.WriteLine(FormattableString.Invariant($"[offset {_loader!.Offset}] {text}"));
}
