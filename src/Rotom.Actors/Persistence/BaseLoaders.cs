using Rotom.Engine;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors.Persistence;

/// <summary>Which loader a base needs.</summary>
internal static class BaseLoaders
{
    internal static IBaseLoader For(RotomEngine engine, AofBase found, IFile file) =>
        new CommandBaseLoader(engine, found.Path, file, 0);
}
