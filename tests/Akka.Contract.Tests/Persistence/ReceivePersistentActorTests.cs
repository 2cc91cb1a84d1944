using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

// akka-surface.md sections 0 and 15: ReceivePersistentActor and CommandAsync.
public sealed class ReceivePersistentActorTests : PersistenceSpec
{
    [Fact]
    public void Handlers_are_chosen_by_type_and_predicate_in_the_order_of_declaration()
    {
        IActorRef actor = Start();
        actor.Tell(5);
        actor.Tell(50);
        actor.Tell("text");
        actor.Tell(2.5);
        Hear("recovered", "small 5", "int 50", "string text", "any 2.5");
    }

    [Fact]
    public void Events_reach_the_Recover_handlers()
    {
        IActorRef actor = Start();
        actor.Tell("persist me");
        Hear("recovered", "stored persist me");
        Start();
        Hear("recover persist me", "recovered");
    }

    [Fact]
    public void CommandAsync_holds_all_other_messages_until_its_task_has_ended()
    {
        IActorRef actor = Start();
        var gate = new TaskCompletionSource();
        actor.Tell(new Wait(gate.Task, "after"));
        actor.Tell(5);
        Hear("recovered", "waiting");
        gate.SetResult();
        Hear("done", "small 5", "stored after");
    }

    [Fact]
    public void CommandAsync_keeps_the_sender_across_an_await()
    {
        IActorRef actor = Start();
        var gate = new TaskCompletionSource();
        actor.Tell(new Wait(gate.Task, null), TestActor);
        Hear("recovered", "waiting");
        gate.SetResult();
        ExpectMsg("answer");
    }

    [Fact]
    public void What_CommandAsync_persists_holds_commands_back_until_it_is_stored()
    {
        IActorRef actor = Start();
        Hear("recovered");
        Steer(Journal, new Hold());
        actor.Tell(new Wait(Task.CompletedTask, "blocking", Blocking: true));
        actor.Tell(5);
        Hear("waiting", "done");
        Steer(Journal, new Release());
        Hear("stored blocking", "small 5");
    }

    [Fact]
    public void A_failed_CommandAsync_restarts_the_actor()
    {
        IActorRef actor = Start();
        actor.Tell(new Wait(Task.FromException(new Boom()), null));
        actor.Tell(5);
        Hear("recovered", "waiting", "recovered", "small 5");
    }

    [Fact]
    public void Become_changes_the_commands_and_survives_persisting()
    {
        IActorRef actor = Start();
        actor.Tell(true);
        actor.Tell("x");
        actor.Tell(false);
        actor.Tell("y");
        Hear("recovered", "other x", "string y");
    }

    [Fact]
    public void A_restart_brings_the_first_behaviour_back()
    {
        IActorRef actor = Start();
        actor.Tell(true);
        actor.Tell(new Boom());
        actor.Tell("x");
        Hear("recovered", "recovered", "string x");
    }

    [Fact]
    public void A_command_without_a_handler_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Deaf()));
        actor.Tell("unheard");
        Assert.Equal("unheard", ExpectMsg<UnhandledMessage>().Message);
    }

    [Fact]
    public void Handlers_may_only_be_declared_while_the_actor_is_made_or_becomes()
    {
        IActorRef actor = Start();
        actor.Tell('c');
        Hear("recovered", "InvalidOperationException");
    }

    private IActorRef Start()
    {
        IActorRef probe = Probe.Ref;
        return Sys.ActorOf(Props.Create(() => new Typed(probe)));
    }

    private sealed record Wait(Task For, string? Event, bool Blocking = false);

    private sealed class Typed : ReceivePersistentActor
    {
        private readonly IActorRef _probe;

        public Typed(IActorRef probe)
        {
            _probe = probe;
            Recover<RecoveryCompleted>(_ => probe.Tell("recovered"));
            Recover<string>(e => probe.Tell($"recover {e}"));
            Command<int>(i => probe.Tell($"small {i}"), i => i < 10);
            Command<int>(i => probe.Tell($"int {i}"));
            Command<string>(m => m == "persist me", m => Persist(m, Stored));
            Command<string>(s => probe.Tell($"string {s}"));
            Command<bool>(_ => BecomeStacked(Other));
            Command<Boom>(_ => throw new Boom());
            Command<char>(_ => probe.Tell(
                Record.Exception(() => Command<long>(_ => { }))?.GetType().Name));
            CommandAsync<Wait>(WaitAsync);
            CommandAny(m => probe.Tell(FormattableString.Invariant($"any {m}")));
        }

        public override string PersistenceId => "typed";

        private void Stored(string e) => _probe.Tell($"stored {e}");

        private void Other()
        {
            Command<bool>(_ => UnbecomeStacked());
            Command<Boom>(_ => throw new Boom());
            CommandAny(m => _probe.Tell($"other {m}"));
        }

        private async Task WaitAsync(Wait wait)
        {
            _probe.Tell("waiting");
            await wait.For;
            if (wait.Event is null)
            {
                Sender.Tell("answer");
                return;
            }

            _probe.Tell("done");
            if (wait.Blocking)
                Persist(wait.Event, Stored);
            else
                PersistAsync(wait.Event, Stored);
        }
    }

    private sealed class Deaf : ReceivePersistentActor
    {
        public override string PersistenceId => "deaf";
    }
}
