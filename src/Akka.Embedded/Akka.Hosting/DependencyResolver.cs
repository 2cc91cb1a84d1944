using System;
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Makes services, and actors whose constructors take services.</summary>
public interface IDependencyResolver
{
    T GetService<T>();

    Props Props<T>(params object[] args) where T : ActorBase;
}

/// <summary>The resolver of one actor system.</summary>
public sealed class DependencyResolver(IDependencyResolver resolver) : IExtension
{
    public IDependencyResolver Resolver { get; } = resolver;

    public static DependencyResolver For(ActorSystem actorSystem) =>
        actorSystem.WithExtension<DependencyResolver, DependencyResolverExtension>();
}

/// <summary>Gives a system the services of a host.</summary>
public class DependencyResolverSetup : Setup
{
    private DependencyResolverSetup(IDependencyResolver resolver) => DependencyResolver = resolver;

    public IDependencyResolver DependencyResolver { get; }

    public static DependencyResolverSetup Create(IServiceProvider provider) =>
        new(new ServiceProviderResolver(provider));
}

internal sealed class DependencyResolverExtension : ExtensionIdProvider<DependencyResolver>
{
    public override DependencyResolver CreateExtension(ExtendedActorSystem system)
    {
        var setup = system.Settings.Setup.Get<DependencyResolverSetup>();
        return setup.HasValue ? new DependencyResolver(setup.Value.DependencyResolver)
            : throw new Configuration.ConfigurationException(
                $"The system needs a {nameof(DependencyResolverSetup)} to resolve services.");
    }
}

internal sealed class ServiceProviderResolver(IServiceProvider services) : IDependencyResolver
{
    public T GetService<T>() => services.GetService<T>();

    public Props Props(Type type, params object[] args) =>
        Actor.Props.CreateBy(new ScopedProducer(services, type, args));

    public Props Props<T>(params object[] args) where T : ActorBase => Props(typeof(T), args);
}

/// <summary>Gives each instance of an actor a scope, which ends with the instance.</summary>
internal sealed class ScopedProducer(IServiceProvider services, Type type, object[] args)
    : IIndirectActorProducer
{
    private readonly ConcurrentDictionary<ActorBase, IServiceScope> _scopes = new();

    public Type ActorType => type;

    public ActorBase Produce()
    {
        IServiceScope scope = services.CreateScope();
        try
        {
            var actor = (ActorBase)ActivatorUtilities.CreateInstance(
                scope.ServiceProvider, type, args);
            _scopes[actor] = scope;
            return actor;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    public void Release(ActorBase actor)
    {
        if (_scopes.TryRemove(actor, out IServiceScope scope)) scope.Dispose();
    }
}
