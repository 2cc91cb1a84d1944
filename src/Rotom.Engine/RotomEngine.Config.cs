using Rotom.Engine.Config;

namespace Rotom.Engine;

// Settings that change while the engine runs.
public sealed partial class RotomEngine
{
    /// <summary>The world that settings reach into; null where there is none.</summary>
    public IConfigApplier? ConfigApplier { get; set; }

    /// <summary>The file that CONFIG REWRITE rewrites; null when the server has none.</summary>
    public IConfigFile? ConfigFile { get; set; }

    // What lies inside the engine is done here; the rest is the owner's.
    private sealed class EngineApplier(RotomEngine engine) : IConfigApplier
    {
        public bool TryApply(ConfigApply what, ServerConfig config, out string error)
        {
            error = "";
            switch (what)
            {
                case ConfigApply.SlowLog:
                    engine.ReadNoteSettings();
                    engine.Slowlog.Trim();
                    return true;
                case ConfigApply.MaxMemory:
                    engine.ReadMemoryLimits();
                    return true;
                case ConfigApply.TrackingTable:
                    engine.TrimTrackingTable();
                    return true;
                case ConfigApply.DefaultPassword:
                    engine.Acl.SetDefaultPassword(config.RequirePass);
                    return engine.ConfigApplier?.TryApply(what, config, out error) ?? true;
                default:
                    return engine.ConfigApplier?.TryApply(what, config, out error) ?? true;
            }
        }
    }

    internal IConfigApplier ApplierOfSettings => new EngineApplier(this);
}
