namespace Rotom.App;

/// <summary>Which host serves.</summary>
internal static class ServerHosts
{
    /// <summary>The host made of actors.</summary>
    internal static IServerHost Create(ServerSetup setup) => new ActorServerHost(setup);
}
