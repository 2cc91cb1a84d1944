using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Rotom.Simulation.Oracle;

// Model: what Redis' documentation says a server does, on plain dictionaries. Nothing of the engine
// is used in it. Bytes are Latin-1 strings, so that they can be keys and be read in a debugger.
//
// It is told what the server executes (which client's commands, when), in the order in which the
// server does, and answers what each client is to hear.
//
//   Model.cs               databases, clients, the way of a command to its handler
//   Model.Strings.cs ...   the commands, one file a group
//
// A key past its time does not exist, whether the server has deleted it or not; only DBSIZE and its
// like may tell the difference, and are checked by bounds.

/// <summary>A call of a command in the model.</summary>
internal sealed record ModelCall(ModelClient Client, string[] Args, ReplyModel Reply)
{
    internal string this[int i] => Args[i];
}

/// <summary>A command as the model knows it; arity as COMMAND INFO shows it.</summary>
internal sealed record ModelCommand(
    string Name, int Arity, Action<ModelCall> Run, bool RunsInMulti, bool SubscriberMay)
{
    /// <summary>It changes keys, and so is not for a disk that is bad.</summary>
    internal bool Writes { get; init; }

    /// <summary>It may need memory, and so is not for a server that has none.</summary>
    internal bool MayGrow { get; init; }
}

/// <summary>The oracle.</summary>
internal sealed partial class Model
{
    internal const int DatabaseCount = 16;

    private readonly Dictionary<string, ModelCommand> _commands = new(StringComparer.Ordinal);
    private readonly Dictionary<long, ModelClient> _clients = [];
    private readonly HashSet<string> _containers = new(StringComparer.Ordinal);

    internal Model()
    {
        for (int i = 0; i < DatabaseCount; i++) Databases[i] = [];
        AddStrings();
        AddCounters();
        AddKeys();
        AddExpiry();
        AddTransactions();
        AddPubSub();
        AddConnection();
        AddClients();
        AddTracking();
        AddPause();
        AddAcl();
        AddServer();
        AddLists();
        AddCollections();
        AddLarge();
        AddMemory();
        NoteWriters();
    }

    /// <summary>The turn that is being executed.</summary>
    internal Turn Turn { get; private set; } = new();

    /// <summary>What is kept of it all; null for a server without a journal.</summary>
    internal History? History { get; init; }

    /// <summary>Notes what happens without being asked for just then; null: nobody reads it.
    /// </summary>
    internal TextWriter? Diary { get; set; }

    /// <summary>Counts changes of the data.</summary>
    internal long Changes { get; private set; }

    /// <summary>The time of the turn, unix milliseconds.</summary>
    internal long NowMs { get; set; }

    internal long NowMicros { get; set; }

    internal Dictionary<string, ModelValue>[] Databases { get; } =
        new Dictionary<string, ModelValue>[DatabaseCount];

    internal IReadOnlyDictionary<long, ModelClient> Clients => _clients;

    /// <summary>The names of the commands it knows, sub-commands as <c>client|id</c>.</summary>
    internal IReadOnlyCollection<string> CommandNames => _commands.Keys;

    internal ModelClient Open(
        long id, string address, ReplyChecker checker, Func<bool>? isLinkClosing = null) =>
        _clients[id] = new ModelClient(id, address, checker)
        {
            CreatedMs = NowMs,
            IsLinkClosing = isLinkClosing ?? (() => false),
        };

    internal void Close(long id)
    {
        if (!_clients.Remove(id, out ModelClient? client)) return;
        client.IsGone = true;
        ForgetWaiter(client);
    }

    /// <summary>The server is no more, and with it who was connected and what was set.</summary>
    internal void Crash()
    {
        foreach (long id in _clients.Keys.ToList()) Close(id);
        _freed.Clear();
        _ready.Clear();
        _readers.Clear();
        _changed.Clear();
        _met.Clear();
        _told.Clear();
        _users.Clear();
        Unpause();
        _freed.Clear();
        MaxMemory = 0;
        Policy = "noeviction";
        DiskError = null;
    }

    /// <summary>Another server has the data, as it was found.</summary>
    internal void Restore(ModelState found)
    {
        for (int i = 0; i < DatabaseCount; i++)
        {
            Databases[i] = found.Databases.TryGetValue(
                i, out Dictionary<string, ModelValue>? held)
                    ? new(held)
                    : [];
        }

        Changes++;
        foreach (Dictionary<string, ModelValue> database in Databases)
        {
            // A base or a replay may give a string another encoding than its history did.
            foreach (string key in database.Keys.ToList())
                database[key] = database[key] with { Encoding = AnyEncoding };
        }
    }

    /// <summary>A command of a client is executed.</summary>
    internal void Execute(ModelClient client, string[] args)
    {
        if (client.IsClosing || client.IsGone) return;
        if (client.RestingError is not null) return;
        if (client.IsBlocked) client.Resting.Enqueue(args);
        else Run(client, args);
    }

    private void Run(ModelClient client, string[] args)
    {
        if (client.SkipNext) (client.SkipNext, client.Skip) = (false, true);
        string what = string.Join(' ', args.Select(Short));
        ReplyModel reply = new(client.Resp3, what);
        ModelClient? outer = _executing;
        _executing = client;
        client.RanIn = Turn;
        Process(new ModelCall(client, args, reply));
        _executing = outer;
        bool silent = client.ReplyOff || client.Skip;
        client.Skip = false;
        if (!silent || client.IsPushReply) client.Checker.Expect(reply.Parts, Turn);
        client.IsPushReply = false;
        foreach (ReplyModel push in client.OwnPushes) client.Checker.Expect(push.Parts, Turn);
        client.OwnPushes.Clear();
        if (client.IsClosing) client.Checker.ExpectEnd();
        History?.Note(this);
        Serve();
    }

    /// <summary>The client's input is broken: an error that begins so, then the end.</summary>
    internal void Refuse(ModelClient client, string beginning)
    {
        if (client.IsClosing || client.IsGone) return;
        if (client.IsBlocked)
        {
            client.RestingError ??= beginning;
            return;
        }

        client.IsClosing = true;
        ReplyModel reply = new(client.Resp3, "broken input");
        reply.Check(node =>
            node.Type == '-' && node.Text!.StartsWith(beginning, StringComparison.Ordinal)
                ? null
                : $"not an error that begins with '{beginning}'");
        if (!client.ReplyOff) client.Checker.Expect(reply.Parts, Turn);
        client.Checker.ExpectEnd();
    }

    /// <summary>
    /// The keyspace failed at the client's command: it hears so in the place of the reply. All
    /// transactions abort, and who watches keys is told that they changed.
    /// </summary>
    internal void Fail(ModelClient client)
    {
        ReplyModel reply = new(client.Resp3, "sim.fail keyspace");
        reply.Error("ERR internal error: the keyspace failed; see the log");
        if (!client.ReplyOff && !client.Skip) client.Checker.Expect(reply.Parts, Turn);
        client.Skip = false;
        client.OwnPushes.Clear();
        foreach (ModelClient other in _clients.Values)
        {
            if (other.InMulti) other.IsRefused = true;
            if (other.Watched.Count > 0) other.IsDirty = true;
        }
    }

    private void Process(ModelCall c)
    {
        if (Find(c) is not { } command) return;
        ModelClient client = c.Client;
        if (!ArityFits(command.Arity, c.Args.Length))
        {
            Reject(c, $"ERR wrong number of arguments for '{command.Name}' command");
        }
        else if (WhyForbidden(client, command, c.Args) is { } denial)
        {
            Reject(c, denial);
        }
        else if (WhyNot(c, command) is { } error)
        {
            if (MayLackMemory(c, command)) RejectEither(c, error);
            else Reject(c, error);
        }
        else if (MustWait(client, command))
        {
            Postpone(c);
        }
        else if (client.InMulti && !command.RunsInMulti)
        {
            // What can only abort is not kept.
            if (!client.IsRefused && !client.IsDirty)
            {
                client.Queue.Add(c.Args);
                client.IsQueueUnsure |= WatchesEnded(client);
            }

            if (MayLackMemory(c, command)) QueueOrReject(c);
            else c.Reply.Simple("QUEUED");
        }
        else if (!MayLackMemory(c, command) || IsCalled(client, command.Name))
        {
            TakeCall(client, command.Name, inExec: false);
            command.Run(c);
            RememberKeys(c, command.Name);
        }
        else
        {
            OutOfMemory++;
            Reject(c, OutOfMemoryError);
        }
    }

    // The state of the server first, then the client's.
    private string? WhyNot(ModelCall c, ModelCommand command)
    {
        bool writes = command.Writes || command.Name == "ping"
            || (command.Name == "exec" && c.Client.InMulti && c.Client.Queue.Exists(Writes));
        if (writes && DiskError is not null)
        {
            Misconfs++;
            return DiskError;
        }

        if (!c.Client.IsSubscriber || c.Client.Resp3 || command.SubscriberMay) return null;
        return $"ERR Can't execute '{command.Name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / "
            + "PING / QUIT / RESET are allowed in this context";
    }

    private ModelCommand? Find(ModelCall c)
    {
        string name = c[0].ToLowerInvariant();
        if (_containers.Contains(name) && c.Args.Length > 1)
        {
            if (_commands.TryGetValue($"{name}|{c[1].ToLowerInvariant()}", out ModelCommand? sub))
            {
                return sub;
            }

            Reject(c, $"ERR unknown subcommand '{c[1]}'. Try {name.ToUpperInvariant()} HELP.");
            return null;
        }

        if (_commands.TryGetValue(name, out ModelCommand? command)) return command;
        if (_containers.Contains(name))
        {
            Reject(c, $"ERR wrong number of arguments for '{name}' command");
            return null;
        }

        string words = string.Concat(c.Args.Skip(1).Select(word => $"'{word}' "));
        Reject(c, $"ERR unknown command '{c[0]}', with args beginning with: {words}");
        return null;
    }

    private static void Reject(ModelCall c, string error)
    {
        if (c.Client.InMulti) c.Client.IsRefused = true;
        c.Reply.Error(RefusalOf(c, error));
    }

    // A transaction whose EXEC is refused is over.
    private static string RefusalOf(ModelCall c, string error)
    {
        if (!c.Client.InMulti || !Is(c, 0, "EXEC")) return error;
        c.Client.LeaveMulti();
        c.Client.Unwatch();
        string reason = error.StartsWith("ERR ", StringComparison.Ordinal) ? error[4..] : error;
        return "EXECABORT Transaction discarded because of: " + reason;
    }

    private void Add(
        string name,
        int arity,
        Action<ModelCall> run,
        bool runsInMulti = false,
        bool subscriberMay = false)
    {
        _commands[name] = new ModelCommand(name, arity, run, runsInMulti, subscriberMay);
        int bar = name.IndexOf('|', StringComparison.Ordinal);
        if (bar > 0) _containers.Add(name[..bar]);
    }

    private static bool ArityFits(int arity, int words) =>
        arity >= 0 ? words == arity : words >= -arity;

    private static string Short(string word) => word.Length <= 24 ? word : word[..24] + "...";
}
