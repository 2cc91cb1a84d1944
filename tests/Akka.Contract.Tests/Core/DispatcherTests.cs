using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md section 0: dispatchers by HOCON, "Custom dispatcher recipe", deployment.
public sealed class DispatcherTests() : CoreSpec(
    $$"""
    own {
      type = "{{typeof(OwnConfigurator).AssemblyQualifiedName}}"
      throughput = 7
      shutdown-timeout = 20ms
      colour = green
    }
    alias = own
    forked { type = ForkJoinDispatcher, dedicated-thread-pool.thread-count = 1, throughput = 11 }
    pinned { type = PinnedDispatcher }
    akka.actor.deployment {
      /placed { dispatcher = own }
      /parent/child { dispatcher = own }
      "/parent/*" { dispatcher = forked }
    }
    """)
{
    [Fact]
    public void A_dispatcher_of_ones_own_runs_the_actors_that_name_it()
    {
        IActorRef actor = Sys.ActorOf(Doing().WithDispatcher("own"));
        Hear("a started");
        Do(actor, a => a.Say(Thread.CurrentThread.Name!));
        Hear("own loop");
    }

    [Fact]
    public void The_configurator_is_given_its_section_over_the_default_dispatchers()
    {
        var dispatcher = (OwnDispatcher)Sys.Dispatchers.Lookup("own");
        Assert.Equal("green", dispatcher.Section.GetString("colour"));
        Assert.Equal("own", dispatcher.Section.GetString("id"));
        Assert.Equal(7, dispatcher.Section.GetInt("throughput"));
        Assert.Equal(30, Sys.Dispatchers.DefaultGlobalDispatcher.Throughput);
    }

    [Fact]
    public void A_section_that_is_a_string_is_an_alias() =>
        Assert.Same(Sys.Dispatchers.Lookup("own"), Sys.Dispatchers.Lookup("alias"));

    [Fact]
    public void An_unknown_dispatcher_is_refused() =>
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("no-such"));

    [Fact]
    public void A_registered_configurator_is_found_by_its_id()
    {
        var configurator = new OwnConfigurator(
            ConfigurationFactory.ParseString("id = code"), Sys.Dispatchers.Prerequisites);
        Assert.True(Sys.Dispatchers.RegisterConfigurator("code", configurator));
        Assert.Same(configurator.Dispatcher(), Sys.Dispatchers.Lookup("code"));
    }

    [Fact]
    public void The_deployment_wins_over_the_props()
    {
        IActorRef actor = Sys.ActorOf(Doing().WithDispatcher("forked"), "placed");
        Hear("a started");
        Do(actor, a => a.Say(a.Surroundings.Dispatcher.Id));
        Hear("own");
    }

    [Fact]
    public void Deployment_paths_reach_children_exact_ones_first_then_wildcards()
    {
        IActorRef parent = Sys.ActorOf(Doing("parent"), "parent");
        Hear("parent started");
        foreach ((string name, string id) in (ReadOnlySpan<(string, string)>)
            [("child", "own"), ("other", "forked")])
        {
            IActorRef child = Child(parent, name);
            Do(child, a => a.Say(a.Surroundings.Dispatcher.Id));
            Hear(id);
        }
    }

    [Fact]
    public void Actors_on_PinnedDispatcher_have_a_thread_each()
    {
        Thread[] threads = new Thread[2];
        for (int i = 0; i < 2; i++)
        {
            int index = i;
            IActorRef actor = Sys.ActorOf(Doing().WithDispatcher("pinned"));
            Hear("a started");
            Do(actor, a => threads[index] = Thread.CurrentThread);
            Do(actor, a => a.Say("noted"));
            Hear("noted");
            Do(actor, a => a.Say(Thread.CurrentThread == threads[index]));
            Hear(true);
        }

        Assert.NotSame(threads[0], threads[1]);
    }

    [Fact]
    public void Shutdown_is_called_after_the_last_actor_has_left_and_the_dispatcher_is_used_again()
    {
        var dispatcher = (OwnDispatcher)Sys.Dispatchers.Lookup("own");
        for (int i = 1; i <= 3; i++)
        {
            IActorRef actor = Sys.ActorOf(Doing().WithDispatcher("own"));
            actor.Tell("x");
            actor.Tell(PoisonPill.Instance);
            Hear("a started", "a got x", "a stopped");
            Assert.True(dispatcher.WasShutDown.Wait(Limit));
            dispatcher.WasShutDown.Reset();
        }
    }

    [Fact]
    public async Task The_end_of_the_system_shuts_the_dispatchers_down()
    {
        ActorSystem system = ActorSystem.Create("brief", Sys.Settings.Config);
        system.ActorOf(Doing().WithDispatcher("own"));
        Hear("a started");
        var dispatcher = (OwnDispatcher)system.Dispatchers.Lookup("own");
        await system.Terminate().WaitAsync(Limit);
        Assert.True(dispatcher.WasShutDown.Wait(Limit));
    }

    [Fact]
    public void Plain_work_can_be_scheduled_on_a_dispatcher()
    {
        IActorRef target = TestActor;
        Sys.Dispatchers.Lookup("own").Schedule(() => target.Tell(Thread.CurrentThread.Name!));
        ExpectMsg("own loop");
    }

    [Fact]
    public void An_exception_in_a_message_does_not_harm_the_dispatcher()
    {
        IActorRef actor = Sys.ActorOf(Doing().WithDispatcher("own"));
        Do(actor, _ => throw new Boom());
        actor.Tell("x");
        Hear("a started", "a restarting: on purpose", "a stopped", "a started", "a got x");
    }

    /// <summary>One thread for all its actors; it ends when Shutdown is called and comes back
    /// with the next work.</summary>
    public sealed class OwnDispatcher : MessageDispatcher
    {
        private readonly Lock _lock = new();
        private BlockingCollection<IRunnable>? _work;

        public OwnDispatcher(MessageDispatcherConfigurator configurator, Config section)
            : base(configurator)
        {
            Section = section;
            Id = section.GetString("id");
            Throughput = section.GetInt("throughput", 1);
            ThroughputDeadlineTime = null;
            ShutdownTimeout = section.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1));
        }

        public Config Section { get; }

        public ManualResetEventSlim WasShutDown { get; } = new();

        protected override void ExecuteTask(IRunnable run)
        {
            lock (_lock)
            {
                if (_work is null)
                {
                    BlockingCollection<IRunnable> work = _work = [];
                    new Thread(() => Loop(work)) { IsBackground = true, Name = "own loop" }.Start();
                }

                _work.Add(run);
            }
        }

        protected override void Shutdown()
        {
            lock (_lock)
            {
                _work?.CompleteAdding();
                _work = null;
            }

            WasShutDown.Set();
        }

        private static void Loop(BlockingCollection<IRunnable> work)
        {
            foreach (IRunnable run in work.GetConsumingEnumerable())
                run.Run();
        }
    }

    public sealed class OwnConfigurator : MessageDispatcherConfigurator
    {
        private readonly OwnDispatcher _dispatcher;

        public OwnConfigurator(Config config, IDispatcherPrerequisites prerequisites)
            : base(config, prerequisites) => _dispatcher = new OwnDispatcher(this, config);

        public override MessageDispatcher Dispatcher() => _dispatcher;
    }
}
