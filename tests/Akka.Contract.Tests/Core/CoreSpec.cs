using System;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Core;

// What the tests of the core share: an actor that does what a test tells it, and says to a probe
// what happens to it. The tests compare what the probe hears, in order; none measures time.

public abstract class CoreSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly Config s_base = ConfigurationFactory.ParseString(
        "akka { loglevel = OFF, stdout-loglevel = OFF, test.single-expect-default = 15s }");

    protected CoreSpec(string hocon = "")
        : base(ConfigurationFactory.ParseString(hocon).WithFallback(s_base)) =>
        Probe = CreateTestProbe();

    protected static TimeSpan Limit { get; } = TimeSpan.FromSeconds(15);

    protected TestProbe Probe { get; }

    /// <summary>Props of an actor whose hooks and messages the probe hears of.</summary>
    protected Props Doing(string name = "a", SupervisorStrategy? strategy = null)
    {
        IActorRef probe = Probe.Ref;
        return Props.Create(() => new Doer(name, probe, strategy));
    }

    protected IActorRef Start(string name = "a", SupervisorStrategy? strategy = null)
    {
        IActorRef actor = Sys.ActorOf(Doing(name, strategy));
        Hear($"{name} started");
        return actor;
    }

    protected static void Do(IActorRef actor, Action<Doer> script) =>
        actor.Tell(new Script(script));

    /// <summary>A child of the actor; its start has been heard.</summary>
    protected IActorRef Child(IActorRef parent, string name)
    {
        Props props = Doing(name);
        Do(parent, a => a.Say(a.Surroundings.ActorOf(props, name)));
        // Parent's word and the child's start come from two actors, in any order.
        object[] heard = [.. Probe.ReceiveN(2, Limit)];
        Assert.Contains($"{name} started", heard);
        return heard.OfType<IActorRef>().Single();
    }

    protected void Hear(params object[] said) =>
        Assert.Equal(said, Probe.ReceiveN(said.Length, Limit));

    /// <summary>As Hear, for what more than one actor says.</summary>
    protected void Hear_in_any_order(params string[] said) =>
        Assert.Equal(said.Order(), Probe.ReceiveN(said.Length, Limit).Cast<string>().Order());

    internal sealed record Script(Action<Doer> Run);

    public sealed class Boom(string why = "on purpose") : Exception(why);

    public class Doer(string name, IActorRef probe, SupervisorStrategy? strategy) : UntypedActor
    {
        internal IUntypedActorContext Surroundings => Context;

        internal IActorRef From => Sender;

        internal IActorRef Me => Self;

        /// <summary>Lost by a restart.</summary>
        internal int State { get; set; }

        internal void Say(object what) => probe.Tell(what, Self);

        internal void Run(Func<System.Threading.Tasks.Task> work) => RunTask(work);

        internal void Change(Action<object> behaviour) =>
            BecomeStacked(message => behaviour(message));

        internal void ChangeBack() => UnbecomeStacked();

        protected override SupervisorStrategy SupervisorStrategy() =>
            strategy ?? base.SupervisorStrategy();

        protected override void PreStart() => Say($"{name} started");

        protected override void PostStop() => Say($"{name} stopped");

        protected override void PreRestart(Exception reason, object message)
        {
            Say($"{name} restarting: {reason.Message}");
            base.PreRestart(reason, message);
        }

        protected override void OnReceive(object message)
        {
            if (message is Script script)
                script.Run(this);
            else if (message is Terminated ended)
                Say($"{name} saw the end of {ended.ActorRef.Path.Name}");
            else
                Say(message is string text ? $"{name} got {text}" : message);
        }
    }
}
