using System;
using System.Threading.Tasks;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>A tree of actors with its dispatchers, scheduler, event stream and
/// extensions.</summary>
public abstract class ActorSystem : IActorRefFactory, IDisposable
{

    public abstract Settings Settings { get; }

    public abstract string Name { get; }

    public abstract EventStream EventStream { get; }

    public abstract IActorRef DeadLetters { get; }

    public abstract Dispatchers Dispatchers { get; }

    public abstract Mailboxes Mailboxes { get; }

    public abstract IScheduler Scheduler { get; }

    public abstract ILoggingAdapter Log { get; }

    /// <summary>Completes once all actors have ended.</summary>
    public abstract Task WhenTerminated { get; }

    public static ActorSystem Create(string name, Config config) =>
        Create(name, BootstrapSetup.Create().WithConfig(config));

    public static ActorSystem Create(string name, BootstrapSetup setup) =>
        Create(name, ActorSystemSetup.Create(setup));

    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        BootstrapSetup bootstrap = setup.Get<BootstrapSetup>().Value ?? BootstrapSetup.Create();
        Config config = bootstrap.Config.GetOrElse(Config.Empty);
        if (bootstrap.ConfigFallback.HasValue)
            config = config.SafeWithFallback(bootstrap.ConfigFallback.Value);
        return new ActorSystemImpl(name, config, setup).Start();
    }

    public static ActorSystem Create(string name) => Create(name, BootstrapSetup.Create());

    public abstract T GetExtension<T>() where T : class, IExtension;

    public abstract bool HasExtension<T>() where T : class, IExtension;

    public abstract bool TryGetExtension<T>(out T extension) where T : class, IExtension;

    /// <summary>Runs code after all actors have ended; the last registered runs first.</summary>
    public abstract void RegisterOnTermination(Action code);

    /// <summary>Runs the coordinated shutdown, which ends the system.</summary>
    public abstract Task Terminate();

    public abstract void Stop(IActorRef actor);

    public abstract object RegisterExtension(IExtensionId extension);

    public abstract IActorRef ActorOf(Props props, string name = null);

    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    public abstract ActorSelection ActorSelection(string actorPath);

    /// <summary>Starts termination and does not wait for it.</summary>
    public void Dispose()
    {
        Terminate();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The system as extensions and plugins see it.</summary>
public abstract class ExtendedActorSystem : ActorSystem
{
    public abstract IActorRefProvider Provider { get; }

    public abstract IInternalActorRef Guardian { get; }

    public abstract IInternalActorRef LookupRoot { get; }

    public abstract IInternalActorRef SystemGuardian { get; }

    public abstract IActorRef SystemActorOf(Props props, string name = null);

    public abstract IActorRef SystemActorOf<TActor>(string name = null)
        where TActor : ActorBase, new();
}
