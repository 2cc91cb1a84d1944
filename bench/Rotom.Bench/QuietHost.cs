using Rotom.Actors;
using Rotom.Engine.Config;

namespace Rotom.Bench;

/// <summary>The host of a server under measurement: nothing is asked of it.</summary>
internal sealed class QuietHost : IRotomHost
{
    public IConfigFile? ConfigFile => null;

    public string ConfigFilePath => "";

    public void RequestShutdown(string mode)
    {
    }

    public bool TryApply(ConfigApply what, ServerConfig config, out string error)
    {
        error = "";
        return true;
    }
}
