using System;
using System.Collections.Generic;
using Rotom.Engine;

namespace Middleware;

/// <summary>
/// Lets each user do so many commands, more of which come back second by second: a bucket of
/// tokens. The time is the server's, so a test may let hours go by.
/// </summary>
/// <param name="burst">What a bucket holds.</param>
/// <param name="perSecond">What comes back in a second.</param>
public sealed class Quotas(int burst, double perSecond)
{
    private readonly Dictionary<string, (double Tokens, long AtMs)> _buckets = [];

    /// <summary>The piece of middleware.</summary>
    public CommandHandler Around(CommandHandler next) => (ref CommandContext c) =>
    {
        string user = c.Client.User;
        long now = c.NowMs;
        double tokens = burst;
        if (_buckets.TryGetValue(user, out (double Tokens, long AtMs) bucket))
        {
            double back = (now - bucket.AtMs) / 1000.0 * perSecond;
            tokens = Math.Min(burst, bucket.Tokens + back);
        }

        bool isWithin = tokens >= 1;
        _buckets[user] = (isWithin ? tokens - 1 : tokens, now);
        if (isWithin) next(ref c);
        else c.Error("ERR your quota is used up, try again later");
    };
}
