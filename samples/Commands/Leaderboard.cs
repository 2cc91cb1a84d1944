using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Actors.Hosting;
using Rotom.Engine;

namespace Commands;

// A type of value of the host's own: best scores by player. It is an object on the managed heap;
// the type below says how it is written and read, and with that it lives under a key like any other
// value: TYPE, EXPIRE, COPY, DUMP, snapshots and the journal know it.

internal sealed class Leaderboard
{
    internal static readonly LeaderboardType Type = new();

    private readonly Dictionary<string, long> _best = new(StringComparer.Ordinal);

    internal int Count => _best.Count;

    internal IEnumerable<(string Player, long Score)> Top(int count) => _best
        .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
        .Take(count).Select(pair => (pair.Key, pair.Value));

    internal bool Note(string player, long score)
    {
        if (_best.TryGetValue(player, out long best) && best >= score) return false;
        _best[player] = score;
        return true;
    }

    internal static void Extend(RotomCommands commands) => commands
        .Register(Type)
        .Register(new CustomCommand
        {
            Name = "BOARD.NOTE",
            Arity = 4,
            Flags = CommandFlags.Write | CommandFlags.DenyOom,
            Keys = [CustomCommand.KeysOf(1, Access.RW | Access.Update)],
            Summary = "Notes a score; 1 when it is the player's best.",
            // The journal gets this command, and not the whole board each time.
            PropagatesItself = true,
            Handler = NoteScore,
        })
        .Register("BOARD.TOP", 3, Show, CommandFlags.ReadOnly,
            CustomCommand.KeysOf(1, Access.Read));

    private static void NoteScore(ref CommandContext c)
    {
        if (!c.TryInt64(3, out long score)) return;
        string player = Encoding.UTF8.GetString(c[2]);
        if (c.Store.Edit(Type, c[1]) is { } board)
        {
            bool isBest = board.Note(player, score);
            if (isBest) c.Store.Edited(c[1]);
            c.Reply.Integer(isBest ? 1 : 0);
            return;
        }

        Leaderboard made = new();
        made.Note(player, score);
        c.Store.Set(Type, c[1], made);
        c.Reply.Integer(1);
    }

    private static void Show(ref CommandContext c)
    {
        if (!c.TryInt64(2, out long count)) return;
        (string Player, long Score)[] top =
            [.. c.Store.Get(Type, c[1])?.Top((int)Math.Clamp(count, 0, 1000)) ?? []];
        c.Reply.ArrayHeader(top.Length);
        foreach ((string player, long score) in top)
        {
            c.Reply.Bulk(Encoding.UTF8.GetBytes($"{player} {score}"));
        }
    }

    internal sealed class LeaderboardType() : CustomType<Leaderboard>("leaderbrd")
    {
        private const int BytesPerPlayer = 80;

        protected override void Save(Leaderboard value, CustomWriter to)
        {
            to.Count(value.Count);
            foreach ((string player, long score) in value.Top(value.Count))
            {
                to.Text(player);
                to.Int64(score);
            }
        }

        protected override Leaderboard Load(CustomReader from, int encodingVersion)
        {
            Leaderboard value = new();
            for (int i = from.Count(); i > 0; i--) value.Note(from.Text(), from.Int64());
            return value;
        }

        protected override long MemoryBytes(Leaderboard value) => BytesPerPlayer * value.Count;
    }
}
