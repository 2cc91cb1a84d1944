using System.Collections.Generic;

namespace Rotom.Engine.Config;

/// <summary>
/// All settings of one server, as plain values that are read where they matter. Rows of
/// <see cref="ConfigTable"/> give each its name, unit, range, default and text form; the
/// properties lie in the files beside this one, by subject.
/// </summary>
/// <remarks>Belongs to one engine; changed by CONFIG SET in the keyspace's turn only.</remarks>
public sealed partial class ServerConfig
{
    private readonly Dictionary<string, object> _accepted = [];

    /// <summary>Makes the settings of a server that was told nothing.</summary>
    public ServerConfig() => ConfigTable.SetStandard(this);

    /// <summary>rename-command of the configuration file; an empty new name removes.</summary>
    public List<RenamedCommand> RenamedCommands { get; } = [];

    /// <summary>The value of a setting that has no effect.</summary>
    internal T AcceptedValue<T>(string name, T standard) =>
        _accepted.TryGetValue(name, out object? value) ? (T)value : standard;

    /// <summary>Keeps the value of a setting that has no effect.</summary>
    internal void Accept(string name, object value) => _accepted[name] = value;
}
