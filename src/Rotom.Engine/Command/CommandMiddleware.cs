using System;
using System.Collections.Generic;

namespace Rotom.Engine;

// Middleware: code around commands. Each piece gets the handler that comes next and returns the
// handler that is called instead. It is composed when it is added, once for each command that it
// concerns, into Command.Handler, which dispatch calls as ever: a command that nobody wraps is not
// slower by an instruction than in an engine without middleware.
//
// What was added first is outermost. Commands that are registered later are wrapped as well.

/// <summary>Wraps a handler: gets what comes next, returns what is called instead.</summary>
public delegate CommandHandler CommandMiddleware(CommandHandler next);

/// <summary>The pieces of middleware of one engine, and what they do to its commands.</summary>
internal sealed class MiddlewareChain
{
    private readonly List<(Func<Command, bool>? Concerns, CommandMiddleware Wrap)> _pieces = [];
    private readonly Dictionary<Command, CommandHandler> _own = [];

    /// <summary>Adds a piece inside of those that are there.</summary>
    internal void Add(CommandTable table, Func<Command, bool>? concerns, CommandMiddleware wrap)
    {
        _pieces.Add((concerns, wrap));
        ComposeAll(table);
    }

    /// <summary>Gives a command another handler of its own, around the one it has.</summary>
    internal void Replace(Command command, CommandHandler handler)
    {
        _own[command] = handler;
        Compose(command);
    }

    /// <summary>A command's handler without middleware.</summary>
    internal CommandHandler? Own(Command command) =>
        _own.TryGetValue(command, out CommandHandler? own) ? own : command.Spec.Handler;

    /// <summary>Puts the pieces around a command.</summary>
    internal void Compose(Command command)
    {
        if (Own(command) is not { } handler) return;
        for (int i = _pieces.Count - 1; i >= 0; i--)
        {
            (Func<Command, bool>? concerns, CommandMiddleware wrap) = _pieces[i];
            if (concerns is not null && !concerns(command)) continue;
            handler = wrap(handler)
                ?? throw new InvalidOperationException("A piece of middleware returned null.");
        }

        command.Handler = handler;
    }

    private void ComposeAll(CommandTable table)
    {
        foreach (Command command in table.All)
        {
            Compose(command);
            foreach (Command sub in command.Subcommands?.All ?? []) Compose(sub);
        }
    }
}
