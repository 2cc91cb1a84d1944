namespace Akka.Persistence;

/// <summary>A persistent actor whose behaviours are lists of typed handlers; those for recovery
/// are declared in the constructor.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor, IInitializableActor
{
    private readonly HandlerList _recovering = new();
    private HandlerList _commands = new();
    private Receive _recover;
    private Receive _first;

    protected ReceivePersistentActor() { }

    void IInitializableActor.Init()
    {
        _recover = _recovering.Seal();
        _first = _commands.Seal();
    }

    protected void Become(Action configure) =>
        Become(HandlerList.Declare(ref _commands, configure));

    protected void BecomeStacked(Action configure) =>
        BecomeStacked(HandlerList.Declare(ref _commands, configure));

    protected sealed override void OnCommand(object message)
    {
        if (!_first(message)) Unhandled(message);
    }

    protected sealed override void OnRecover(object message)
    {
        if (!_recover(message)) Unhandled(message);
    }

    protected void Recover<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        _recovering.On(handler, shouldHandle);

    /// <summary>An asynchronous command; no other message is handled until it has ended.
    /// </summary>
    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) =>
        Command(Async(handler), shouldHandle);

    protected void Command<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        _commands.On(handler, shouldHandle);

    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) =>
        _commands.On(handler, shouldHandle);

    /// <summary>A handler that may decline a message by returning false.</summary>
    protected void Command<T>(Func<T, bool> handler) => _commands.Try(handler);

    protected void CommandAny(Action<object> handler) =>
        _commands.On(typeof(object), handler, null);

    private Action<T> Async<T>(Func<T, Task> handler) => message => RunTask(() => handler(message));
}
