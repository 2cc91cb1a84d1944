using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Hosting;
using Xunit;

namespace Akka.Contract.Tests.Hosting;

// akka-surface.md section 18: the registry by itself. Any reference will do for an actor.
public sealed class ActorRegistryTests : Akka.TestKit.Xunit2.TestKit
{
    private readonly ActorRegistry _registry = new();

    [Fact]
    public void What_was_registered_is_found_by_its_key()
    {
        _registry.Register<string>(TestActor);
        Assert.Same(TestActor, _registry.Get<string>());
        Assert.True(_registry.TryGet<string>(out IActorRef found));
        Assert.Same(TestActor, found);
        Type key = typeof(string);
        Assert.True(_registry.TryGet(key, out _));
        Assert.False(_registry.TryGet<int>(out _));
        Assert.ThrowsAny<Exception>(() => _registry.Get<int>());
    }

    [Fact]
    public void A_key_is_registered_once_unless_it_may_be_overwritten()
    {
        IActorRef other = CreateTestProbe().Ref;
        _registry.Register<string>(TestActor);
        Assert.False(_registry.TryRegister<string>(other));
        Assert.ThrowsAny<Exception>(() => _registry.Register<string>(other));
        Assert.Same(TestActor, _registry.Get<string>());
        Assert.True(_registry.TryRegister<string>(other, overwrite: true));
        Assert.Same(other, _registry.Get<string>());
    }

    [Fact]
    public async Task GetAsync_waits_until_the_key_is_registered()
    {
        Task<IActorRef> early = _registry.GetAsync<string>();
        Type key = typeof(string);
        Task<IActorRef> byType = _registry.GetAsync(key);
        Assert.False(early.IsCompleted);
        _registry.Register<string>(TestActor);
        Assert.Same(TestActor, await early);
        Assert.Same(TestActor, await byType);
        Assert.Same(TestActor, await _registry.GetAsync<string>());
    }

    [Fact]
    public async Task GetAsync_can_be_given_up()
    {
        using CancellationTokenSource stop = new();
        Task<IActorRef> waiting = _registry.GetAsync<string>(stop.Token);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Each_system_has_one_registry()
    {
        Assert.Same(ActorRegistry.For(Sys), ActorRegistry.For(Sys));
    }
}
