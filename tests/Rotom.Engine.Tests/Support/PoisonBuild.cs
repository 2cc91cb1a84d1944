namespace Rotom.Engine.Tests.Support;

/// <summary>
/// Whether this is the poison build. It has a guard behind each block, and a list of the live ones
/// on the collector's heap: what blocks take is more there than tests of sizes allow.
/// </summary>
internal static class PoisonBuild
{
#if POISON
    internal static bool IsOn => true;
#else
    internal static bool IsOn => false;
#endif
}
