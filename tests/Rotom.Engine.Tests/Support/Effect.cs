using System.Linq;

namespace Rotom.Engine.Tests.Support;

/// <summary>What the last command propagated, in one line.</summary>
internal static class Effect
{
    /// <summary>Commands separated by "; ", without SELECT 0.</summary>
    internal static string Of(EngineHost host) =>
        string.Join("; ", host.Effects.Where(effect => effect != "SELECT 0"));
}
