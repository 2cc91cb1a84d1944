using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md sections 1 and 11: selections, and the event stream.
public sealed class SelectionTests : CoreSpec
{
    [Theory]
    [InlineData("/user/top/one", "one")]
    [InlineData("/user/top/*", "one two")]
    [InlineData("/user/top/t*", "two")]
    [InlineData("/user/top/?ne", "one")]
    [InlineData("/user/*/one", "one")]
    [InlineData("/user/top/one/../two", "two")]
    [InlineData("/user/nobody", "")]
    public void A_path_selects(string path, string expected)
    {
        Tree();
        Sys.ActorSelection(path).Tell(new Identify(1), TestActor);
        int count = expected.Length == 0 ? 1 : expected.Split(' ').Length;
        IEnumerable<string> found = ReceiveN(count, Limit)
            .Select(m => ((ActorIdentity)m).Subject?.Path.Name ?? "");
        Assert.Equal(expected, string.Join(' ', found.Order()));
    }

    [Fact]
    public void A_relative_path_begins_at_the_actor()
    {
        IActorRef top = Tree();
        Do(top, a => a.Surroundings.ActorSelection("one").Tell("x", a.Me));
        Hear("one got x");
    }

    [Fact]
    public async Task ResolveOne_gives_the_reference_or_faults()
    {
        IActorRef top = Tree();
        Assert.Equal(top, await Sys.ActorSelection("/user/top").ResolveOne(Limit));
        Assert.Equal(top, await Sys.ActorSelection(top.Path).ResolveOne(Limit));
        await Assert.ThrowsAsync<ActorNotFoundException>(
            () => Sys.ActorSelection("/user/nobody").ResolveOne(Limit));
    }

    [Fact]
    public void A_selection_finds_the_successor_of_a_stopped_actor()
    {
        ActorSelection selection = Sys.ActorSelection("/user/name");
        IActorRef first = Sys.ActorOf(Doing("first"), "name");
        Hear("first started");
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        Hear("first stopped");
        AwaitAssert(() => Sys.ActorOf(Doing("second"), "name"), Limit);
        Hear("second started");
        selection.Tell("x");
        Hear("second got x");
    }

    private IActorRef Tree()
    {
        IActorRef top = Sys.ActorOf(Doing("top"), "top");
        Hear("top started");
        Child(top, "one");
        Child(top, "two");
        return top;
    }
}

public sealed class EventStreamTests : CoreSpec
{
    private record Base;

    private sealed record Derived : Base;

    [Fact]
    public void A_subscriber_gets_the_class_and_what_derives_from_it()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Base));
        Sys.EventStream.Publish("not this");
        Sys.EventStream.Publish(new Base());
        Sys.EventStream.Publish(new Derived());
        Assert.Equal(new Base(), ExpectMsg<Base>());
        ExpectMsg<Derived>();
    }

    [Fact]
    public void A_subscriber_of_the_derived_class_does_not_get_the_base()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Derived));
        Sys.EventStream.Publish(new Base());
        Sys.EventStream.Publish(new Derived());
        ExpectMsg<Derived>();
    }

    [Fact]
    public void Two_subscriptions_that_fit_deliver_once()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Base));
        Sys.EventStream.Subscribe(TestActor, typeof(Derived));
        Sys.EventStream.Publish(new Derived());
        Sys.EventStream.Publish(new Base());
        ExpectMsg<Derived>();
        Assert.IsNotType<Derived>(ExpectMsg<Base>());
    }

    [Fact]
    public void Unsubscribe_ends_one_or_all_subscriptions()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Base));
        Sys.EventStream.Subscribe(TestActor, typeof(string));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Base)));
        Sys.EventStream.Publish(new Base());
        Sys.EventStream.Publish("still");
        ExpectMsg("still");
        Sys.EventStream.Unsubscribe(TestActor);
        Sys.EventStream.Publish("no more");
        TestActor.Tell("mark");
        ExpectMsg("mark");
    }

    [Fact]
    public void Published_events_keep_their_order()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(int));
        for (int i = 0; i < 100; i++)
            Sys.EventStream.Publish(i);
        Assert.Equal(Enumerable.Range(0, 100).Cast<object>(), ReceiveN(100, Limit));
    }
}
