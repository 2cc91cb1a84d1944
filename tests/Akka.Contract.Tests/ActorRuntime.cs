using System.Reflection;
using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests;

/// <summary>Which actor runtime these tests run on.</summary>
internal static class ActorRuntime
{
    /// <summary>True on the stand-in, whose assemblies carry this product's name.</summary>
    internal static bool IsEmbedded =>
        typeof(Config).Assembly.GetCustomAttribute<AssemblyProductAttribute>()?.Product == "Rotom";

    internal const string WiderGrammar =
        "HOCON's public specification has this; the parser inside Akka.dll 1.5.30 does not";
}

/// <summary>A fact of HOCON's specification that Akka's own, older parser does not read.</summary>
internal sealed class WholeHoconFactAttribute : FactAttribute
{
    public WholeHoconFactAttribute() =>
        Skip = ActorRuntime.IsEmbedded ? null : ActorRuntime.WiderGrammar;
}

/// <summary>As <see cref="WholeHoconFactAttribute"/>, for a table of cases.</summary>
internal sealed class WholeHoconTheoryAttribute : TheoryAttribute
{
    public WholeHoconTheoryAttribute() =>
        Skip = ActorRuntime.IsEmbedded ? null : ActorRuntime.WiderGrammar;
}
