namespace Akka.Hosting;

/// <summary>Finds actors by a type that stands for them.</summary>
public interface IReadOnlyActorRegistry
{
    IActorRef Get<TKey>();

    Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default);
}

/// <summary>A registry that actors can be put into.</summary>
public interface IActorRegistry : IReadOnlyActorRegistry
{
    void Register<TKey>(IActorRef actor, bool overwrite = false);

    bool TryRegister<TKey>(IActorRef actor, bool overwrite = false);
}

/// <summary>The registry of one actor system.</summary>
public class ActorRegistry : IActorRegistry, IExtension
{
    private readonly ConcurrentDictionary<Type, TaskCompletionSource<IActorRef>> _actors = new();

    public static ActorRegistry For(ActorSystem actorSystem) =>
        actorSystem.WithExtension<ActorRegistry, ActorRegistryExtension>();

    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException($"{typeof(TKey)} is registered already.");
    }

    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) =>
        TryRegister(typeof(TKey), actor, overwrite);

    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (Entry(key).TrySetResult(actor)) return true;
        if (!overwrite) return false;
        TaskCompletionSource<IActorRef> entry = new();
        entry.SetResult(actor);
        _actors[key] = entry;
        return true;
    }

    public bool TryGet<TKey>(out IActorRef actor) => TryGet(typeof(TKey), out actor);

    public bool TryGet(Type key, out IActorRef actor)
    {
        Task<IActorRef> task = Entry(key).Task;
        actor = task.IsCompleted ? task.Result : null;
        return task.IsCompleted;
    }

    public IActorRef Get<TKey>() => TryGet<TKey>(out IActorRef actor) ? actor
        : throw new MissingActorRegistryEntryException($"No actor for {typeof(TKey)}.");

    public Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default) =>
        GetAsync(typeof(TKey), ct);

    /// <summary>Waits until an actor is registered.</summary>
    public Task<IActorRef> GetAsync(Type key, CancellationToken ct = default) =>
        Entry(key).Task.WaitAsync(ct);

    private TaskCompletionSource<IActorRef> Entry(Type key) => _actors.GetOrAdd(
        key, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

internal sealed class ActorRegistryExtension : ExtensionIdProvider<ActorRegistry>
{
    public override ActorRegistry CreateExtension(ExtendedActorSystem system) => new();
}

internal sealed class MissingActorRegistryEntryException(string message) : Exception(message);

internal sealed class DuplicateActorRegistryException(string message) : Exception(message);

/// <summary>An actor asked for by the constructor of a service: the one registered for TActor.
/// </summary>
public interface IRequiredActor<TActor>
{
    /// <summary>The actor; throws if none was registered.</summary>
    IActorRef ActorRef { get; }

    /// <summary>The actor, as soon as it is registered.</summary>
    Task<IActorRef> GetAsync(CancellationToken cancellationToken = default);
}

public sealed class RequiredActor<TActor>(IReadOnlyActorRegistry registry) : IRequiredActor<TActor>
{
    private IActorRef _actor;

    public IActorRef ActorRef => _actor ??= registry.Get<TActor>();

    public async Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) =>
        _actor ??= await registry.GetAsync<TActor>(cancellationToken).ConfigureAwait(false);
}
