namespace Akka.Actor;

/// <summary>Something one actor system has exactly one of.</summary>
public interface IExtension;

/// <summary>Makes an extension and finds it again.</summary>
public interface IExtensionId
{
    Type ExtensionType { get; }

    object CreateExtension(ExtendedActorSystem system);
}

public abstract class ExtensionIdProvider<T> : IExtensionId where T : IExtension
{
    public Type ExtensionType => typeof(T);

    public T Apply(ActorSystem system) => (T)system.RegisterExtension(this);

    public abstract T CreateExtension(ExtendedActorSystem system);

    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);
}

public static class ActorSystemWithExtensions
{
    /// <summary>The extension, registered now if it was not.</summary>
    public static T WithExtension<T, TI>(this ActorSystem system)
        where T : class, IExtension where TI : IExtensionId => system.GetExtension<T>()
            ?? (T)system.RegisterExtension(Activator.CreateInstance<TI>());
}
