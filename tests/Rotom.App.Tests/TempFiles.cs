using System;
using System.IO;

namespace Rotom.App.Tests;

/// <summary>A directory of its own for one test.</summary>
internal sealed class TempFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("rotom-test-");

    public void Dispose() => _directory.Delete(recursive: true);

    internal string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    internal string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        return Path(name);
    }
}
