using System;
using System.Collections.Generic;
using Rotom.Actors.Client;
using Rotom.Engine;

namespace Rotom.Actors.Hosting;

// RotomCommands: what a host adds to its server: commands, types of values, middleware. It is
// gathered before there is a server, and applied in order before the engine serves anybody, so no
// thread meets a half-extended table.

/// <summary>Commands and middleware of a host.</summary>
public sealed class RotomCommands
{
    private readonly List<Action<RotomEngine, LocalPort>> _steps = [];
    private readonly List<Action<RotomEngine>> _types = [];

    /// <summary>Adds a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arity">Number of words, the name included; negative = at least.</param>
    /// <param name="handler">What carries it out, on the keyspace's thread.</param>
    /// <param name="flags">Flags; what changes keys needs Write.</param>
    /// <param name="keys">Which words are keys, see <see cref="CustomCommand.KeysOf"/>.</param>
    public RotomCommands Register(
        string name, int arity, CommandHandler handler, CommandFlags flags = CommandFlags.None,
        params KeySpec[] keys) =>
        Register(new CustomCommand
        {
            Name = name,
            Arity = arity,
            Handler = handler,
            Flags = flags,
            Keys = keys,
        });

    /// <summary>Adds a command with all that can be said of it.</summary>
    public RotomCommands Register(CustomCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Add((engine, _) => engine.Register(command));
    }

    /// <summary>
    /// Adds a command that awaits: its client waits, nobody else does. Its handler runs on the
    /// thread pool with copies of the arguments; it reaches keys by the client it is given.
    /// </summary>
    public RotomCommands RegisterAsync(
        string name, int arity, AsyncCommandHandler handler,
        CommandFlags flags = CommandFlags.None, params KeySpec[] keys)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add((engine, port) => engine.Register(new CustomCommand
        {
            Name = name,
            Arity = arity,
            Flags = flags | CommandFlags.Blocking | CommandFlags.NoMulti | CommandFlags.NoScript,
            Keys = keys,
            Handler = new AsyncCommand(handler, port).Begin,
        }));
    }

    /// <summary>Adds a type of value.</summary>
    public RotomCommands Register(CustomType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        _types.Add(engine => engine.Register(type));
        return Add((engine, _) => engine.Register(type));
    }

    /// <summary>Puts middleware around every command; what is added first is outermost.</summary>
    public RotomCommands Use(CommandMiddleware middleware) =>
        Add((engine, _) => engine.Use(middleware));

    /// <summary>Puts middleware around the commands of ACL categories.</summary>
    public RotomCommands Use(Acl categories, CommandMiddleware middleware) =>
        Add((engine, _) => engine.Use(categories, middleware));

    /// <summary>Wraps or replaces one command: <c>get</c>, <c>config|get</c>.</summary>
    public RotomCommands Wrap(string name, CommandMiddleware wrap) =>
        Add((engine, _) => engine.Wrap(name, wrap));

    /// <summary>
    /// Makes an activity of each command, of the source <c>Rotom</c>, for whoever traces.
    /// </summary>
    public RotomCommands Trace() =>
        Add((engine, port) => engine.Use(port.Activities.Around));

    internal void Apply(RotomEngine engine, LocalPort port)
    {
        foreach (var step in _steps) step(engine, port);
    }

    /// <summary>The types of values alone, for an engine that only reads a journal.</summary>
    internal void ApplyTypes(RotomEngine engine)
    {
        foreach (var step in _types) step(engine);
    }

    private RotomCommands Add(Action<RotomEngine, LocalPort> step)
    {
        _steps.Add(step);
        return this;
    }
}
