using System;
using System.IO;
using System.Threading.Tasks;
using Rotom.Engine;
using Rotom.Engine.Config;

namespace Rotom.App;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        Run(args, Console.In, Console.Out, Console.Error, ServerHosts.Create);

    /// <summary>The program with its doors given, so that tests can hold them.</summary>
    internal static async Task<int> Run(
        string[] args,
        TextReader input,
        TextWriter output,
        TextWriter errors,
        Func<ServerSetup, IServerHost> hosts)
    {
        CommandLine line;
        try
        {
            line = CommandLine.Parse(args);
        }
        catch (ConfException error)
        {
            await errors.WriteAsync(error.Report("Rotom " + ServerVersion.Rotom))
                .ConfigureAwait(false);
            return 1;
        }

        switch (line.What)
        {
            case CommandLine.Ask.Version:
                await output.WriteLineAsync(Banner.Version).ConfigureAwait(false);
                return 0;
            case CommandLine.Ask.Help:
                await output.WriteAsync(Banner.Usage).ConfigureAwait(false);
                return 0;
            case CommandLine.Ask.TestMemory:
                await errors.WriteLineAsync("Rotom does not test memory: memtester does")
                    .ConfigureAwait(false);
                return 1;
            case CommandLine.Ask.CheckRdb:
                return CheckRdb.Run(line.File, output);
            case CommandLine.Ask.CheckAof:
                return CheckAof.Run(line.Words, input, output);
            case CommandLine.Ask.Faults:
                foreach (string name in Actors.Hosting.RotomServer.FaultPointNames)
                {
                    await output.WriteLineAsync(name).ConfigureAwait(false);
                }

                return 0;
            case CommandLine.Ask.Sentinel:
                await errors.WriteLineAsync("Rotom has no Sentinel mode: Redis' own works with it")
                    .ConfigureAwait(false);
                return 1;
            default:
                return await RotomServer.Run(line, input, errors, hosts).ConfigureAwait(false);
        }
    }
}
