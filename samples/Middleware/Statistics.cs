using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine;

namespace Middleware;

/// <summary>
/// Counts commands and errors by user, and answers them by a command of its own. No lock: all of it
/// happens in the keyspace's turn.
/// </summary>
public sealed class Statistics
{
    private readonly Dictionary<string, (long Calls, long Errors)> _byUser = [];

    /// <summary>The piece of middleware.</summary>
    public CommandHandler Around(CommandHandler next) => (ref CommandContext c) =>
    {
        string user = c.Client.User;
        ReplyMark mark = c.MarkReply();
        next(ref c);
        (long calls, long errors) = _byUser.GetValueOrDefault(user);
        _byUser[user] = (calls + 1, errors + (c.HasErrorSince(mark) ? 1 : 0));
    };

    /// <summary>STATS.USERS: a line for each user.</summary>
    public void Show(ref CommandContext c)
    {
        c.Reply.ArrayHeader(_byUser.Count);
        foreach ((string user, (long calls, long errors)) in _byUser.OrderBy(pair => pair.Key))
        {
            c.Reply.Bulk(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"{user}: {calls} calls, {errors} errors")));
        }
    }
}
