using System.Diagnostics;
using System.Linq.Expressions;
using Akka.Actor.Setup;

namespace Akka.TestKit;

// A system under test and the one actor through which the test talks to it.
//
// TestActor runs on the calling thread, so what is sent to it is in the inbox when Tell returns.
// Outside an actor its reference is the implicit sender: on the test's own thread by the current
// cell, after an await by a SynchronizationContext. Expectations are in TestKitBase.Expect, waiting
// in TestKitBase.Await.

/// <summary>Base of test classes and probes.</summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int s_testActorId;

    private readonly BlockingCollection<Received> _inbox = [];
    private Received _last;

    protected TestKitBase(
        ITestKitAssertions assertions, ActorSystem system = null, string testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName) { }

    protected TestKitBase(
        ITestKitAssertions assertions, Config config, string actorSystemName = null,
        string testActorName = null)
        : this(
            assertions, null, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)),
            actorSystemName, testActorName) { }

    protected TestKitBase(
        ITestKitAssertions assertions, ActorSystem system, ActorSystemSetup config,
        string actorSystemName, string testActorName)
    {
        Judge = assertions ?? throw new ArgumentNullException(nameof(assertions));
        BootstrapSetup boot = config.Get<BootstrapSetup>().GetOrElse(BootstrapSetup.Create());
        if (system is not null) system.Settings.InjectTopLevelFallback(DefaultConfig);
        else system = ActorSystem.Create(
            actorSystemName ?? "test", config.And(boot.WithConfigFallback(DefaultConfig)));

        Sys = system;
        TestKitSettings = new TestKitSettings(system.Settings.Config);
        Log = Logging.GetLogger(system, GetType().Name);
        EventFilter = new EventFilterFactory(this);
        Props props = Props.Create(() => new InternalTestActor(_inbox))
            .WithDispatcher("akka.test.test-actor.dispatcher");
        TestActor = ((ExtendedActorSystem)system).SystemActorOf(
            props, testActorName ?? "testActor" + Interlocked.Increment(ref s_testActorId));
        if (this is TestProbe) return;
        ActorCell.Current =
            this is INoImplicitSender ? null : ((LocalActorRef)TestActor).Underlying;
        SynchronizationContext.SetSynchronizationContext(
            new SenderKeepingContext(ActorCell.Current));
    }

    public static Config DefaultConfig { get; } =
        ConfigurationFactory.FromResource<TestKitBase>("Akka.TestKit.Internal.Reference.conf");

    /// <summary>Time since the process began to measure it; never goes back.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public ActorSystem Sys { get; private set; }

    public TestKitSettings TestKitSettings { get; private set; }

    public IActorRef TestActor { get; private set; }

    public ILoggingAdapter Log { get; private set; }

    public EventFilterFactory EventFilter { get; private set; }

    public bool HasMessages => _inbox.Count > 0;

    /// <summary>The message taken last, and who sent it.</summary>
    public object LastMessage => _last?.Message;

    public IActorRef LastSender => _last?.Sender;

    internal ITestKitAssertions Judge { get; }

    public virtual TestProbe CreateTestProbe(string name = null) => new(Sys, Judge, name);

    /// <summary>Makes TestActor receive Terminated when the actor stops.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        TestActor.Tell(new InternalTestActor.Watch(actorToWatch));
        return actorToWatch;
    }

    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);

    public IActorRef ActorOf(Props props, string name) => Sys.ActorOf(props, name);

    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(
        Expression<Func<TActor>> factory, string name = null)
        where TActor : ActorBase => new(Sys, Props.Create(factory), null, name);

    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(string name = null)
        where TActor : ActorBase, new() => new(Sys, Props.Create<TActor>(), null, name);

    /// <summary>Ends the system and waits for it.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        TimeSpan limit = duration ?? TimeSpan.FromSeconds(
            Math.Clamp(Dilated(TestKitSettings.DefaultTimeout).TotalSeconds, 0, 10));
        if (Sys.Terminate().Wait(limit)) return;
        string late = $"{Sys.Name} did not stop within {limit}.";
        if (verifySystemShutdown) throw new TimeoutException(late);
        Sys.Log.Warning(late);
    }
}
