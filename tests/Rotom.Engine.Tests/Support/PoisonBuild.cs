namespace Rotom.Engine.Tests.Support;

/// <summary>
/// Whether this is the poison build. It has a guard behind each block, and a list of the live ones on
/// the collector's heap: what blocks take is more there than such tests allow.
/// </summary>
internal static class PoisonBuild
{
#if POISON
    internal const bool IsOn = true;
#else
    internal const bool IsOn = false;
#endif
}
