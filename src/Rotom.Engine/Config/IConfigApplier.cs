using System;

namespace Rotom.Engine.Config;

/// <summary>
/// The world outside the engine, as far as settings reach into it: sockets, logs, directories.
/// Implemented by the owner of the server; called in the keyspace's turn, after the values changed.
/// </summary>
public interface IConfigApplier
{
    /// <summary>
    /// Makes the change real; false with a reason when that cannot be done, after which the old
    /// values are restored and the hook is called once more with them.
    /// </summary>
    bool TryApply(ConfigApply what, ServerConfig config, out string error);
}

/// <summary>The configuration file of a server; implemented by its owner.</summary>
public interface IConfigFile
{
    /// <summary>
    /// Replaces the file's text (byte text) by what <paramref name="rewrite"/> makes of it, as a
    /// whole or not at all; false with the system's reason when that failed.
    /// </summary>
    bool TryReplace(Func<string, string> rewrite, out string error);
}
