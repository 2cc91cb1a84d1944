namespace Akka.Actor;

// A behaviour declared by handlers: the first whose type and predicate fit takes the message.
// A list is sealed before its behaviour comes into force, so a behaviour never changes. Nothing
// may follow a handler that takes everything.

/// <summary>The handlers of one behaviour, while it is declared.</summary>
internal sealed class HandlerList
{
    private readonly List<Receive> _handlers = [];
    private bool _takesAll;
    private bool _sealed;

    /// <summary>Declares a further behaviour: while it is configured its list is the current
    /// one.</summary>
    internal static Receive Declare(ref HandlerList current, Action configure)
    {
        HandlerList outer = current;
        current = new HandlerList();
        try
        {
            configure();
            return current.Seal();
        }
        finally { current = outer; }
    }

    /// <summary>Ends the declaration.</summary>
    internal Receive Seal()
    {
        _sealed = true;
        Receive[] handlers = [.. _handlers];
        return message =>
        {
            foreach (Receive handler in handlers) if (handler(message)) return true;

            return false;
        };
    }

    internal void On<T>(Action<T> handler, Predicate<T> shouldHandle) =>
        On(typeof(T), handler is null ? null : m => handler((T)m),
            shouldHandle is null ? null : m => shouldHandle((T)m));

    internal void On(Type type, Action<object> handler, Predicate<object> shouldHandle)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(type, shouldHandle is null, message =>
        {
            if (!type.IsInstanceOfType(message) || shouldHandle?.Invoke(message) == false)
                return false;
            handler(message);
            return true;
        });
    }

    internal void Try<T>(Func<T, bool> handler) =>
        Add(typeof(T), false, message => message is T typed && handler(typed));

    private void Add(Type type, bool unconditional, Receive handler)
    {
        if (_sealed)
            throw new InvalidOperationException(
                "You may only declare handlers when constructing the actor and inside Become().");

        if (_takesAll)
            throw new InvalidOperationException("A handler that catches all messages has been "
                + "added. No handler can be added after that.");

        _takesAll = unconditional && type == typeof(object);
        _handlers.Add(handler);
    }
}
