using System;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Rotom.Engine;

namespace Middleware;

/// <summary>Logs what fails and what is slow, never what is said: arguments may be secrets.
/// </summary>
public sealed class CommandLog(ILogger log, TimeSpan slow)
{
    /// <summary>The piece of middleware.</summary>
    public CommandHandler Around(CommandHandler next) => (ref CommandContext c) =>
    {
        ReplyMark mark = c.MarkReply();
        long began = Stopwatch.GetTimestamp();
        next(ref c);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        if (c.HasErrorSince(mark))
        {
            string reply = Encoding.UTF8.GetString(c.ReplySince(mark)).Trim();
            log.LogWarning("{User} {Command}: {Reply}", c.Client.User, c.Command.FullName, reply);
        }
        else if (took >= slow)
        {
            log.LogInformation(
                "{Command} took {Took} ms", c.Command.FullName, took.TotalMilliseconds);
        }
    };
}
