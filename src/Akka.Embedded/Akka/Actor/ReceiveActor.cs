using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Dispatch;

namespace Akka.Actor;

// A behaviour declared by handlers: the first whose type and predicate fit takes the message.
// Handlers may be added in the constructor and inside Become's action only, so a behaviour never
// changes once it is in force. Nothing may follow a handler that takes everything.

/// <summary>An actor whose behaviour is a list of typed handlers.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private List<Receive> _configuring;
    private Receive[] _handlers = [];
    private bool _takesAll;

    protected ReceiveActor() => _configuring = [];

    void IInitializableActor.Init()
    {
        _handlers = [.. _configuring];
        _configuring = null;
    }

    protected sealed override void OnReceive(object message)
    {
        if (!Run(_handlers, message))
            Unhandled(message);
    }

    protected void Become(Action configure) => Become(Behaviour(configure));

    protected void BecomeStacked(Action configure) => BecomeStacked(Behaviour(configure));

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) =>
        Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync(
        Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAsync(
        Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(Async(handler));

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(typeof(T), shouldHandle is null, message =>
        {
            if (message is not T typed || (shouldHandle is not null && !shouldHandle(typed)))
                return false;
            handler(typed);
            return true;
        });
    }

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) =>
        Receive(handler, shouldHandle);

    protected void Receive(
        Type messageType, Action<object> handler, Predicate<object> shouldHandle = null)
    {
        Add(messageType, shouldHandle is null, message =>
        {
            if (!messageType.IsInstanceOfType(message) || shouldHandle?.Invoke(message) == false)
                return false;
            handler(message);
            return true;
        });
    }

    protected void Receive(
        Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    /// <summary>A handler that may decline a message by returning false.</summary>
    protected void Receive<T>(Func<T, bool> handler) =>
        Add(typeof(T), false, message => message is T typed && handler(typed));

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Add(messageType, false, m => messageType.IsInstanceOfType(m) && handler(m));

    protected void ReceiveAny(Action<object> handler) => Receive(typeof(object), handler);

    private static bool Run(Receive[] handlers, object message)
    {
        foreach (Receive handler in handlers)
        {
            if (handler(message))
                return true;
        }

        return false;
    }

    private static Action<T> Async<T>(Func<T, Task> handler) =>
        message => ActorTaskScheduler.RunTask(() => handler(message));

    private Receive Behaviour(Action configure)
    {
        List<Receive> outer = _configuring;
        bool outerTakesAll = _takesAll;
        _configuring = [];
        _takesAll = false;
        try
        {
            configure();
            Receive[] handlers = [.. _configuring];
            return message => Run(handlers, message);
        }
        finally
        {
            _configuring = outer;
            _takesAll = outerTakesAll;
        }
    }

    private void Add(Type type, bool unconditional, Receive handler)
    {
        if (_configuring is null)
        {
            throw new InvalidOperationException(
                "You may only call Receive-methods when constructing the actor and inside "
                + "Become().");
        }

        if (_takesAll)
        {
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after "
                + "that.");
        }

        _takesAll = unconditional && type == typeof(object);
        _configuring.Add(handler);
    }
}
