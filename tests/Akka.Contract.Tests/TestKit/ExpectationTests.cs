using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace Akka.Contract.Tests.TestKit;

// akka-surface.md section 0, "TestKit", and section 20: what a test may expect of its actors.
public sealed class ExpectationTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void TestActor_is_the_implicit_sender_and_runs_on_the_calling_thread()
    {
        TestProbe probe = CreateTestProbe();
        probe.Ref.Tell("hello");
        Assert.True(probe.HasMessages);
        probe.ExpectMsg("hello");
        Assert.Equal(TestActor, probe.Sender);
    }

    [Fact]
    public async Task TestActor_is_the_implicit_sender_after_an_await_too()
    {
        TestProbe probe = CreateTestProbe();
        await Task.Delay(1);
        probe.Ref.Tell("hello");
        probe.ExpectMsg("hello");
        Assert.Equal(TestActor, probe.LastSender);
    }

    [Fact]
    public void ExpectMsg_returns_the_next_message_if_it_is_of_the_type()
    {
        TestActor.Tell(5);
        TestActor.Tell("x");
        Assert.Equal(5, ExpectMsg<int>());
        Assert.Equal("x", ExpectMsg<object>());
        Assert.Equal("x", LastMessage);
    }

    [Fact]
    public void ExpectMsg_fails_on_another_type_value_or_on_silence()
    {
        TestActor.Tell(5);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>());
        TestActor.Tell(5);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg(6));
        TestActor.Tell(5);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(i => i > 5));
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(s_short));
    }

    [Fact]
    public void ExpectMsg_fails_with_the_hint_and_braces_in_messages_do_no_harm()
    {
        TestActor.Tell("{0} {");
        XunitException error = Assert.ThrowsAny<XunitException>(
            () => ExpectMsg<int>(hint: "why {1}"));
        Assert.Contains("{0} {", error.Message);
        Assert.Contains("why {1}", error.Message);
    }

    [Fact]
    public void ExpectMsgFrom_wants_the_sender_as_well()
    {
        TestProbe probe = CreateTestProbe();
        probe.Send(TestActor, "a");
        probe.Send(TestActor, "b");
        Assert.Equal("a", ExpectMsgFrom<string>(probe.Ref));
        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom<string>(TestActor));
    }

    [Fact]
    public void ExpectNoMsg_fails_when_a_message_comes()
    {
        ExpectNoMsg(s_short);
        TestActor.Tell("x");
        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(s_short));
    }

    [Fact]
    public void FishForMessage_drops_what_it_does_not_want()
    {
        for (int i = 0; i < 5; i++)
        {
            TestActor.Tell(i);
        }

        Assert.Equal(3, FishForMessage<int>(i => i == 3));
        Assert.Equal(4, ExpectMsg<int>());
        TestActor.Tell(1);
        Assert.ThrowsAny<XunitException>(() => FishForMessage(m => m is string, s_short));
    }

    [Fact]
    public void ReceiveN_wants_exactly_as_many()
    {
        TestActor.Tell(1);
        TestActor.Tell(2);
        TestActor.Tell(3);
        Assert.Equal([1, 2], ReceiveN(2).Cast<int>());
        Assert.ThrowsAny<XunitException>(() => ReceiveN(2, s_short));
    }

    [Fact]
    public void ExpectMsgAllOf_takes_the_messages_in_any_order()
    {
        TestActor.Tell(2);
        TestActor.Tell(1);
        Assert.Equal(2, ExpectMsgAllOf(1, 2).Count);
        TestActor.Tell(1);
        TestActor.Tell(1);
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(1, 2));
    }

    [Fact]
    public void A_watched_actor_that_stops_is_terminated_to_the_test()
    {
        IActorRef echo = ActorOf(Props.Create(() => new Echo()));
        Watch(echo);
        echo.Tell(PoisonPill.Instance);
        Assert.Equal(echo, ExpectTerminated(echo).ActorRef);
    }

    [Fact]
    public void A_probe_replies_to_the_sender_of_its_last_message_and_forwards()
    {
        TestProbe probe = CreateTestProbe();
        TestProbe other = CreateTestProbe("other");
        probe.Ref.Tell("ask");
        probe.ExpectMsg("ask");
        probe.Reply("answer");
        ExpectMsgFrom<string>(probe.Ref);
        probe.Forward(other.Ref);
        other.ExpectMsg("ask");
        Assert.Equal(TestActor, other.Sender);
        Assert.StartsWith("other", other.Ref.Path.Name);
    }

    [Fact]
    public void Within_limits_and_measures_what_is_inside()
    {
        Within(TimeSpan.FromSeconds(5), () =>
        {
            Assert.True(Remaining <= TimeSpan.FromSeconds(5));
            Assert.True(RemainingOrDefault > TimeSpan.FromSeconds(3));
        });
        Assert.Throws<InvalidOperationException>(() => Remaining);
        Assert.Equal(7, Within(TimeSpan.FromSeconds(5), () => 7));
        Assert.ThrowsAny<XunitException>(
            () => Within(s_short, () => Thread.Sleep(200)));
        Assert.ThrowsAny<XunitException>(
            () => Within(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), () => { }));
    }

    [Fact]
    public void An_expectation_inside_Within_waits_for_what_remains()
    {
        using Patient patient = new();
        TimeSpan start = TestKitBase.Now;
        Assert.ThrowsAny<XunitException>(
            () => patient.Within(s_short, () => patient.ExpectMsg<string>()));
        Assert.True(TestKitBase.Now - start < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void AwaitAssert_repeats_until_it_holds_and_ends_with_the_last_failure()
    {
        int tries = 0;
        AwaitAssert(() => Assert.Equal(3, ++tries));
        Assert.Equal(3, tries);
        Assert.ThrowsAny<EqualException>(() => AwaitAssert(() => Assert.Equal(1, 2), s_short));
    }

    [Fact]
    public void AwaitCondition_waits_for_the_truth()
    {
        int tries = 0;
        AwaitCondition(() => ++tries == 3);
        Assert.False(AwaitConditionNoThrow(() => false, s_short));
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, s_short));
    }

    [Fact]
    public void Time_limits_are_those_of_the_section_akka_test()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.SingleExpectDefault);
        Assert.Equal(TimeSpan.FromSeconds(5), TestKitSettings.DefaultTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(TimeSpan.FromSeconds(3), RemainingOrDefault);
        using Dilating slow = new();
        Assert.Equal(TimeSpan.FromSeconds(2), slow.Dilated(TimeSpan.FromSeconds(1)));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Patient()
        : Akka.TestKit.Xunit2.TestKit("akka.test.single-expect-default = 5m");

    private sealed class Dilating() : Akka.TestKit.Xunit2.TestKit("akka.test.timefactor = 2.0");
}
