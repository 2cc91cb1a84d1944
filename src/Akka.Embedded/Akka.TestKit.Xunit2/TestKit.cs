using System;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>Base of an xunit test class that has an actor system of its own.</summary>
public class TestKit : TestKitBase, IDisposable
{
    protected readonly ITestOutputHelper Output;

    public TestKit(ActorSystem system = null, ITestOutputHelper output = null)
        : base(Assertions, system)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(Config config, string actorSystemName = null, ITestOutputHelper output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    public TestKit(string config, ITestOutputHelper output = null)
        : this(ConfigurationFactory.ParseString(config), null, output) { }

    protected static XunitAssertions Assertions { get; } = new();

    /// <summary>Runs after each test; the base class ends the system.</summary>
    protected virtual void AfterAll() => Shutdown();

    /// <summary>Sends the system's log to the test's output as well.</summary>
    protected void InitializeLogger(ActorSystem system)
    {
        if (Output is not null)
            ((ExtendedActorSystem)system).SystemActorOf(
                Props.Create(() => new OutputLogger(Output)), "log-test");
    }

    public void Dispose()
    {
        AfterAll();
        GC.SuppressFinalize(this);
    }

    private sealed class OutputLogger(ITestOutputHelper output) : UntypedActor
    {
        protected override void PreStart() => Context.System.EventStream.Subscribe<LogEvent>(Self);

        protected override void OnReceive(object message)
        {
            try { output.WriteLine(message.ToString()); }
            catch (InvalidOperationException)
            {
                // xunit refuses output once the test is over; the system may still be stopping.
            }
        }
    }
}
