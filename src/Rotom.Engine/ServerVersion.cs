using System.Text;

namespace Rotom.Engine;

/// <summary>What the server says it is.</summary>
public static class ServerVersion
{
    /// <summary>
    /// The Redis version whose behaviour is followed; clients choose features by it.
    /// </summary>
    public const string Redis = "7.2.4";

    /// <summary>Rotom's own version.</summary>
    public static string Rotom { get; } =
        typeof(ServerVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    internal static byte[] RedisBytes { get; } = Encoding.ASCII.GetBytes(Redis);
}
