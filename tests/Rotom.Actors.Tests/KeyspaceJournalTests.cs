using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Rotom.Actors.Hosting;
using Rotom.Actors.Persistence;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>Each event reaches the journal's actor, in order, whatever fails on the way.</summary>
public sealed class KeyspaceJournalTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void What_could_not_be_told_for_want_of_memory_is_told_the_next_time(
        int failing, bool arrives)
    {
        FailingActor actor = new(failing, arrives);
        KeyspaceJournal journal = new("p", Store(), new ServerConfig());
        journal.Recovered(7);
        journal.Begins(actor);
        journal.Goes(7, ActorRefs.Nobody);
        int failures = 0;
        for (int i = 0; i < 4; i++)
        {
            JournalEvent turn = JournalEvent.Of("x"u8);
            journal.Keep(turn);
            try
            {
                journal.Tell(turn, ActorRefs.Nobody);
            }
            catch (OutOfMemoryException)
            {
                failures++;
            }
        }

        journal.TellRest(ActorRefs.Nobody);
        Assert.Equal(1, failures);
        // Some may come twice, as it is not known that they came.
        Assert.Equal([8, 9, 10, 11], actor.Told.Distinct());
        Assert.Equal(arrives ? 5 : 4, actor.Told.Count);
    }

    private static AofStore Store() => new(new AofOptions
    {
        Files = new SystemFiles(),
        Directory = "never-opened",
        Clock = new SystemClock(),
        Flusher = new DiskThread("flush"),
        Worker = new DiskThread("work"),
    });

    /// <summary>Memory is refused at one message, before or after it has come.</summary>
    private sealed class FailingActor(int at, bool arrives) : MinimalActorRef
    {
        private int _messages;

        internal List<long> Told { get; } = [];

        public override ActorPath Path => ActorRefs.Nobody.Path;

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender)
        {
            bool fails = ++_messages == at;
            if (!fails || arrives) Told.Add(((JournalEvent)message).Seq);
            if (fails) throw new OutOfMemoryException("refused");
        }
    }
}
