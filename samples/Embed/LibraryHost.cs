using System.Threading.Tasks;
using Rotom.Actors;
using Rotom.Engine.Config;

namespace Embed;

/// <summary>What a server asks of its process, when it is a guest there.</summary>
internal sealed class LibraryHost : IRotomHost
{
    private readonly TaskCompletionSource<string> _shutdown =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when a client sent SHUTDOWN; its mode.</summary>
    public Task<string> ShutdownAsked => _shutdown.Task;

    /// <summary>None: CONFIG REWRITE answers an error.</summary>
    public IConfigFile? ConfigFile => null;

    /// <inheritdoc/>
    public string ConfigFilePath => "";

    /// <summary>Called on the server's thread: only notes it.</summary>
    public void RequestShutdown(string mode) => _shutdown.TrySetResult(mode);

    /// <summary>Settings of the process (log level, process title) have no effect here.</summary>
    public bool TryApply(ConfigApply what, ServerConfig config, out string error)
    {
        error = "";
        return true;
    }
}
