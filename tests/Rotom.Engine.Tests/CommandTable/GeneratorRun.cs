using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Runtime.Loader;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

using Rotom.CommandTable;

namespace Rotom.Engine.Tests.CommandTable;

/// <summary>Runs the generator over a handler class, against the engine's own attributes.</summary>
/// <remarks>
/// The compilation takes this project's name: that is whom the engine shows its internals to, and
/// what is generated there is what would be generated in the engine.
/// </remarks>
internal sealed class GeneratorRun
{
    private static readonly ImmutableArray<MetadataReference> s_references = [.. References()];

    private GeneratorRun(Compilation compilation, GeneratorDriverRunResult result)
    {
        Compilation = compilation;
        Result = result;
    }

    /// <summary>The sources and what was generated from them.</summary>
    public Compilation Compilation { get; }

    /// <summary>What the generator said.</summary>
    public GeneratorDriverRunResult Result { get; }

    /// <summary>The ids of its errors, sorted.</summary>
    public string[] Errors =>
        [.. Result.Diagnostics.Select(error => error.Id).Order(StringComparer.Ordinal)];

    /// <summary>The generated file.</summary>
    public string Source => Result.GeneratedTrees.Single().ToString();

    /// <summary>Generates from the members of one class.</summary>
    public static GeneratorRun Over(string members, bool docComments = false)
    {
        CSharpCompilation compilation = Compile(members, docComments);
        GeneratorDriver driver = Driver().RunGeneratorsAndUpdateCompilation(
            compilation, out Compilation output, out _);
        return new GeneratorRun(output, driver.GetRunResult());
    }

    /// <summary>A driver that remembers why each step ran.</summary>
    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new CommandTableGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions(docComments: false),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, true));

    /// <summary>A class of handlers as a compilation.</summary>
    public static CSharpCompilation Compile(string members, bool docComments = false)
    {
        const string Head = "using Rotom.Engine;\nnamespace Handlers;\n";
        string source = Head + "internal static class Sample\n{\n" + members + "\n}\n";
        return CSharpCompilation.Create(
            "Rotom.Engine.Tests",
            [CSharpSyntaxTree.ParseText(source, ParseOptions(docComments), "Sample.cs")],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    /// <summary>Compiles, loads and calls the table.</summary>
    public CommandSpec[] Create()
    {
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult emitted = Compilation.Emit(image);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join("\n", emitted.Diagnostics) + Source);
        image.Position = 0;
        Type type = new AssemblyLoadContext("generated").LoadFromStream(image)
            .GetType("Rotom.Engine.GeneratedCommands", throwOnError: true)!;
        const System.Reflection.BindingFlags Hidden =
            System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic;
        return (CommandSpec[])type.GetMethod("Create", Hidden)!.Invoke(null, null)!;
    }

    private static CSharpParseOptions ParseOptions(bool docComments) => new(
        LanguageVersion.Latest,
        docComments ? DocumentationMode.Diagnose : DocumentationMode.None);

    private static IEnumerable<MetadataReference> References()
    {
        string[] names =
        [
            "System.Private.CoreLib.dll", "System.Runtime.dll", "System.Collections.dll",
            "Rotom.Engine.dll", "Rotom.Resp.dll",
        ];
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return trusted.Split(Path.PathSeparator)
            .Where(path => names.Contains(Path.GetFileName(path)))
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
