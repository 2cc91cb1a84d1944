using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

/// <summary>
/// What a client that caches is to hear of keys that changed, whatever comes between: each is to be
/// told once, and what nobody promised must not be.
/// </summary>
internal sealed class Invalidations
{
    /// <summary>Stands for all keys at once, which no key is named.</summary>
    internal const string Everything = "\0everything";

    // >2 $10 invalidate *1 $2 k8
    private const int MessageBytes = 33;

    private readonly Dictionary<string, int> _required = [];
    private readonly Dictionary<string, int> _allowed = [];

    /// <summary>
    /// It asked for prefixes: how often a key is told that changes in several turns, while a pause
    /// or a slow reader lies between, is not counted. What is owed must come all the same.
    /// </summary>
    internal bool IsLoose { get; set; }

    /// <summary>Messages that came as they were to.</summary>
    internal long Told { get; private set; }

    /// <summary>Nothing is owed.</summary>
    internal bool IsSettled => _required.Count == 0;

    /// <summary>What its messages take that have not come, about, and at the most.</summary>
    internal long PendingBytes =>
        MessageBytes * (long)(_required.Values.Sum() + _allowed.Values.Sum());

    /// <summary>One that is owed.</summary>
    internal string Next => _required.Keys.Select(key => $"the change of {key}")
        .FirstOrDefault("nothing");

    /// <summary>It was changed.</summary>
    internal void Require(string key) => Add(_required, key);

    /// <summary>It may be told of, or not.</summary>
    internal void Allow(string key) => Add(_allowed, key);

    /// <summary>One of its changes may have been behind what it did not hear of.</summary>
    internal void Doubt(string key)
    {
        if (TryTake(_required, key)) Allow(key);
    }

    /// <summary>A message came; null, or what is wrong with it.</summary>
    internal string? Take(RespNode message)
    {
        Told++;
        RespNode keys = message.Items[1];
        if (keys.Type == '_') return Take(Everything);
        foreach (RespNode key in keys.Items)
        {
            if (Take(key.Bulk) is { } wrong) return wrong;
        }

        return keys.Items.Count > 0 ? null : "of no key";
    }

    private string? Take(string key) =>
        TryTake(_required, key) || TryTake(_allowed, key) || IsLoose
            ? null
            : $"'{key}' did not change";

    private static void Add(Dictionary<string, int> to, string key) =>
        to[key] = to.GetValueOrDefault(key) + 1;

    private static bool TryTake(Dictionary<string, int> from, string key)
    {
        if (!from.TryGetValue(key, out int count)) return false;
        if (count == 1) from.Remove(key);
        else from[key] = count - 1;
        return true;
    }
}
