using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Rotom.Samples.Tests;

/// <summary>The samples do what they say, as programs of their own.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Embed_serves_a_client_in_its_process_and_ends()
    {
        (int code, string output) = await Run("Embed");
        Assert.True(code == 0, $"exit code {code}\n{output}");
        Assert.Equal(
            """
            listening on 127.0.0.1
            greeting = hello, in RESP3
            n = 1000 after 1000 increments
            asked to shut down: nosave
            the server stopped, then the actor system

            """,
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Commands_shows_commands_and_middleware_of_the_host()
    {
        (int code, string output) = await Run("Commands");
        Assert.True(code == 0, $"exit code {code}\n{output}");
        Assert.Equal(
            """
            scored 7, best is 7
            scored 12, best is 12
            scored 9, best is 12
            slowly: hello ann, you have 12
            ERR your quota of 5 calls of 'game.highest' is used up
            the server knows its keys: [k]
            a leaderbrd and its copy: [bob 30, ann 12]

            """,
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Subscribers_shows_actors_that_hear_of_keys_and_channels()
    {
        (int code, string output) = await Run("Subscribers");
        Assert.True(code == 0, $"exit code {code}\n{output}");
        Assert.Equal(
            """
            session opened: OK
            session:1 expired: it was ann's
            news.local: the sample ends

            """,
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task PersistentActor_knows_in_its_second_life_what_it_was_told_in_the_first()
    {
        (int code, string output) = await Run("PersistentActor");
        Assert.True(code == 0, $"exit code {code}\n{output}");
        Assert.Equal(
            """
            account-ann has 280, 0 of it by a snapshot, after 0 replayed events
            kept: 7 events, 1 snapshot
            account-ann has 280, 150 of it by a snapshot, after 2 replayed events
            kept: 7 events, 1 snapshot

            """,
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Web_carries_channels_to_browsers_and_back()
    {
        (int code, string output) = await Run("Web");
        Assert.True(code == 0, $"exit code {code}\n{output}");
        Assert.Equal(
            """
            health: Healthy
            entering: ann: is anybody here?
            heard by 1
            browser: bob: I am
            browser: cli: me too

            """,
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Middleware_logs_checks_counts_and_limits()
    {
        (int code, string output) = await Run("Middleware");
        Assert.True(code == 0, $"exit code {code}\n{output}");
        Assert.Equal(
            """
              log: default hello: -WRONGPASS invalid username-password pair or user is disabled.
            ann with a wrong password: WRONGPASS invalid username-password pair or user is disabled.
            nobody: NOAUTH Authentication required.
            a key of hers: done
              log: ann lpush: -WRONGTYPE Operation against a key holding the wrong kind of value
            her second change: WRONGTYPE Operation against a key holding the wrong kind of value
              log: ann set: -ERR your quota is used up, try again later
            her third change: ERR your quota is used up, try again later
            a look at it: done
            statistics: [ann: 4 calls, 2 errors, default: 2 calls, 1 errors]

            """,
            output.ReplaceLineEndings("\n"));
    }

    private static async Task<(int Code, string Output)> Run(string sample)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, sample + ".dll"));
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(s_patience);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
