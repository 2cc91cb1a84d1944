using System;
using System.Text;

namespace Rotom.Engine;

// What a host adds to an engine: commands, middleware, wrapped and replaced built-ins. By the
// engine's owner only, before it serves or between two turns.
public sealed partial class RotomEngine
{
    private MiddlewareChain? _middleware;

    /// <summary>Adds a command.</summary>
    /// <exception cref="ArgumentException">
    /// The declaration is wrong, or there is a command of that name.
    /// </exception>
    public Command Register(CustomCommand custom)
    {
        ArgumentNullException.ThrowIfNull(custom);
        Command command = new(custom.ToSpec(), null);
        Commands.Add(command);
        Acl.Commands.Add(command);
        _middleware?.Compose(command);
        OnUsersChanged();
        return command;
    }

    /// <summary>Adds a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arity">Number of words, the name included; negative = at least.</param>
    /// <param name="handler">What carries it out.</param>
    /// <param name="flags">Flags.</param>
    public Command Register(
        string name, int arity, CommandHandler handler, CommandFlags flags = CommandFlags.None) =>
        Register(new CustomCommand
        {
            Name = name,
            Arity = arity,
            Handler = handler,
            Flags = flags,
        });

    /// <summary>
    /// Adds a type of value; before anything is loaded that may hold values of it.
    /// </summary>
    /// <exception cref="ArgumentException">There is a type of that name.</exception>
    public void Register(CustomType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        Payloads.Customs.Register(type);
    }

    /// <summary>Puts a piece of middleware around the commands it concerns, or around all.
    /// </summary>
    public void Use(CommandMiddleware middleware, Func<Command, bool>? concerns = null)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        (_middleware ??= new MiddlewareChain()).Add(Commands, concerns, middleware);
    }

    /// <summary>Puts a piece of middleware around the commands of ACL categories.</summary>
    public void Use(Acl categories, CommandMiddleware middleware) =>
        Use(middleware, command => (command.Spec.Acl & categories) != 0);

    /// <summary>
    /// Wraps or replaces one command: gets its handler (to call it, or not), returns the new one.
    /// Name, arity, flags and keys stay. Middleware goes around the outcome.
    /// </summary>
    /// <param name="name"><c>get</c>, or <c>config|get</c>.</param>
    /// <param name="wrap">What makes the new handler.</param>
    /// <exception cref="ArgumentException">There is no such command.</exception>
    public void Wrap(string name, CommandMiddleware wrap)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(wrap);
        _middleware ??= new MiddlewareChain();
        if (Commands.FindFull(Encoding.ASCII.GetBytes(name)) is not { } command
            || _middleware.Own(command) is not { } own)
        {
            throw new ArgumentException($"There is no command '{name}'.", nameof(name));
        }

        _middleware.Replace(command, wrap(own));
    }
}
