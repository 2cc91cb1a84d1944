namespace Akka.Actor;

/// <summary>An actor whose behaviour is a list of typed handlers, declared in the constructor
/// and inside Become's action only.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private HandlerList _list = new();
    private Receive _first;

    protected ReceiveActor() { }

    void IInitializableActor.Init() => _first = _list.Seal();

    protected sealed override void OnReceive(object message)
    {
        if (!_first(message)) Unhandled(message);
    }

    protected void Become(Action configure) => Become(HandlerList.Declare(ref _list, configure));

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) =>
        Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        Receive(Async(handler), shouldHandle);

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        _list.On(handler, shouldHandle);

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) =>
        _list.On(handler, shouldHandle);

    protected void Receive(
        Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        _list.On(messageType, handler, shouldHandle);

    /// <summary>A handler that may decline a message by returning false.</summary>
    protected void Receive<T>(Func<T, bool> handler) => _list.Try(handler);

    protected void ReceiveAny(Action<object> handler) => Receive(typeof(object), handler);

    private static Action<T> Async<T>(Func<T, Task> handler) =>
        message => ActorTaskScheduler.RunTask(() => handler(message));
}
