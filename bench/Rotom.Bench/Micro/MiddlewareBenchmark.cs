using System;
using System.Collections.Generic;
using System.Globalization;
using Rotom.Actors.Hosting;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Resp.Batch;

namespace Rotom.Bench.Micro;

// GET in an engine without middleware, with a piece that concerns other commands, and with one and
// three that do nothing but call the next. Rounds are interleaved; a row is the best of its rounds,
// in processor time, because a machine is seldom quiet.

/// <summary>What middleware costs a command.</summary>
internal sealed class MiddlewareBenchmark : IMicroBenchmark
{
    private const int BatchCommands = 1000;
    private const int BatchesPerRound = 2000;

    /// <inheritdoc/>
    public string Name => "middleware";

    /// <inheritdoc/>
    public string Summary => "GET without middleware, beside it, and with one and three pieces";

    /// <inheritdoc/>
    public int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        (string What, Action<RotomEngine> Extend)[] rows =
        [
            ("none", _ => { }),
            ("none, again", _ => { }),
            ("one, around writes only", engine => engine.Use(Acl.Write, Through)),
            ("one, around all", engine => engine.Use(Through)),
            ("three, around all", engine =>
            {
                for (int i = 0; i < 3; i++) engine.Use(Through);
            }),
        ];
        List<Bench> benches = [];
        foreach ((string what, Action<RotomEngine> extend) in rows) benches.Add(new(what, extend));
        foreach (Bench bench in benches) bench.Round();
        foreach (Bench bench in benches) bench.Best = double.MaxValue;
        for (int i = 0; i < rounds; i++)
        {
            foreach (Bench bench in benches) bench.Best = Math.Min(bench.Best, bench.Round());
        }

        foreach (Bench bench in benches)
        {
            double ratio = (bench.Best / benches[0].Best) - 1;
            Console.WriteLine($"{bench.What,-28}{bench.Best,8:F1} ns a GET {ratio,8:P1}");
        }

        foreach (Bench bench in benches) bench.Dispose();

        return 0;
    }

    private static CommandHandler Through(CommandHandler next) =>
        (ref CommandContext c) => next(ref c);

    private sealed class Bench : IDisposable
    {
        private readonly RotomEngine _engine =
            new(new SystemClock(), new XoshiroRandom(1), new ServerConfig());

        private readonly CommandBatch _batch = new(1 << 16);
        private readonly ReplyBatch _output = new();
        private readonly ClientLink _link = new(1, 0, "", "", -1, isUnixSocket: false);

        internal Bench(string what, Action<RotomEngine> extend)
        {
            What = what;
            extend(_engine);
            _engine.SetOutput(0, _output);
            _engine.OpenClient(_link);
            Fill("SET"u8, "0123456789abcdef"u8, 1);
            _engine.Execute(_batch);
            Fill("GET"u8, default, BatchCommands);
        }

        internal string What { get; }

        internal double Best { get; set; }

        public void Dispose() => _engine.Dispose();

        internal double Round()
        {
            TimeSpan began = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < BatchesPerRound; i++)
            {
                _engine.Execute(_batch);
                _output.Finish();
                _output.Reset();
            }

            TimeSpan took = Environment.CpuUsage.TotalTime - began;
            return took.TotalNanoseconds / BatchesPerRound / BatchCommands;
        }

        private void Fill(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int count)
        {
            _output.Reset();
            _batch.Reset();
            _batch.BeginRun(_link);
            for (int i = 0; i < count; i++)
            {
                int first = _batch.ArgCount;
                _batch.AddCopy(name);
                _batch.AddCopy("key:000001"u8);
                if (!value.IsEmpty) _batch.AddCopy(value);
                _batch.EndCommand(first);
            }

            _batch.EndRun();
        }
    }
}
