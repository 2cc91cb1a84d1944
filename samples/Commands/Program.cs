using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Engine;
using Rotom.Resp;

namespace Commands;

// A server in a .NET host, extended in C#: a command of its own, an asynchronous one, a type of
// value (Leaderboard.cs), and two pieces of middleware. There is no socket; the host's own
// client is all it serves.

internal static class Program
{
    private const int CallsMax = 5;

    private static async Task Main()
    {
        using IHost host = new HostBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(services => services.AddRotom(rotom =>
            {
                rotom.Port = null;
                Extend(rotom.Commands);
            }))
            .Build();
        await host.StartAsync();
        IRotomClient client = host.Services.GetRequiredService<IRotomClient>();

        // HIGHEST key score: keeps the best, in one step.
        foreach (int score in new[] { 7, 12, 9 })
        {
            RespValue best = await client.ExecuteAsync("GAME.HIGHEST", "ann", score);
            Console.WriteLine($"scored {score}, best is {best}");
        }

        Console.WriteLine($"slowly: {await client.ExecuteAsync("GAME.GREET", "ann")}");

        // The quota of GAME commands is used up.
        try
        {
            for (int i = 0; i < CallsMax; i++) await client.ExecuteAsync("GAME.HIGHEST", "ann", i);
        }
        catch (RespErrorException refused)
        {
            Console.WriteLine(refused.Message);
        }

        RespValue rights = await client.ExecuteAsync("COMMAND", "GETKEYS", "GAME.HIGHEST", "k", 1);
        Console.WriteLine($"the server knows its keys: {rights}");

        foreach ((string player, int score) in new[] { ("ann", 12), ("bob", 30), ("cid", 7) })
        {
            await client.ExecuteAsync("BOARD.NOTE", "board", player, score);
        }

        RespValue copy = await client.ExecuteAsync("DUMP", "board");
        await client.ExecuteAsync("RESTORE", "copy", 0, copy.Bytes);
        Console.WriteLine(
            $"a {await client.ExecuteAsync("TYPE", "copy")} and its copy: "
            + $"{await client.ExecuteAsync("BOARD.TOP", "copy", 2)}");
        await host.StopAsync();
    }

    private static void Extend(RotomCommands commands)
    {
        commands.Register("GAME.HIGHEST", 3, Highest, CommandFlags.Write | CommandFlags.DenyOom,
            CustomCommand.KeysOf(1, Access.RW | Access.Update));
        commands.RegisterAsync("GAME.GREET", 2, GreetAsync, CommandFlags.ReadOnly,
            CustomCommand.KeysOf(1, Access.Read));
        Leaderboard.Extend(commands);
        commands.Use(Quota);
        commands.Use(Acl.Write, Log);
    }

    // Runs in the keyspace's turn: nobody is between the look and the change.
    private static void Highest(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long score)) return;
        byte[]? old = c.Store.Get(c[1]);
        long best = old is null
            ? score
            : Math.Max(score, long.Parse(Encoding.ASCII.GetString(old)));
        if (old is null || best == score) c.Store.Set(c[1], Encoding.ASCII.GetBytes($"{best}"));
        c.Reply.Integer(best);
    }

    // Runs on the thread pool; only its client waits.
    private static async ValueTask<RespValue> GreetAsync(AsyncCommandContext c)
    {
        await Task.Delay(10, c.Cancellation);
        string? best = await c.Client.StringGetTextAsync(c.Words[1]);
        return RespValue.Bulk($"hello {Encoding.UTF8.GetString(c.Words[1])}, you have {best}");
    }

    private static CommandHandler Quota(CommandHandler next)
    {
        Dictionary<long, int> calls = [];
        return (ref CommandContext c) =>
        {
            if (c.Command.Name.StartsWith("game.", StringComparison.Ordinal))
            {
                int count = calls.GetValueOrDefault(c.Client.Id);
                if (count >= CallsMax)
                {
                    c.Error($"ERR your quota of {CallsMax} calls of '{c.Command.Name}' is used up");
                    return;
                }

                calls[c.Client.Id] = count + 1;
            }

            next(ref c);
        };
    }

    private static CommandHandler Log(CommandHandler next) => (ref CommandContext c) =>
    {
        ReplyMark mark = c.MarkReply();
        next(ref c);
        if (c.HasErrorSince(mark)) Console.WriteLine($"{c.Command.Name} failed");
    };
}
