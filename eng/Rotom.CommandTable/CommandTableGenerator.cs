using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rotom.CommandTable;

// The command table's generator: every method with [Command] becomes a row of
// Rotom.Engine.GeneratedCommands, and a row that lacks something stops the build.
//
//   CommandReader   symbol -> CommandModel (values only)
//   CommandRules    what a row must have: the diagnostics RTM001...
//   Containers      rows for CONFIG, CLIENT and others that only hold sub-commands
//   TableWriter     rows -> C#
//
// The pipeline is incremental: a row is read again only when its method changes, and the table is
// written again only when a row does.

/// <summary>Makes the command table from the attributes on the handlers.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class CommandTableGenerator : IIncrementalGenerator
{
    /// <summary>The attribute that declares a command.</summary>
    public const string AttributeName = "Rotom.Engine.CommandAttribute";

    /// <summary>The generated file.</summary>
    public const string FileName = "GeneratedCommands.g.cs";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<CommandModel> rows = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                AttributeName,
                static (node, _) => node is MethodDeclarationSyntax,
                static (method, _) => CommandReader.Read(method))
            .SelectMany(static (models, _) => models);

        context.RegisterSourceOutput(rows.Collect(), Emit);
    }

    private static void Emit(SourceProductionContext context, ImmutableArray<CommandModel> models)
    {
        foreach (CommandModel model in models)
        {
            foreach (Diagnostic diagnostic in CommandRules.Check(model))
                context.ReportDiagnostic(diagnostic);
        }

        var rows = new SortedDictionary<string, CommandModel>(System.StringComparer.Ordinal);
        foreach (CommandModel model in models)
        {
            if (rows.ContainsKey(model.Name))
                context.ReportDiagnostic(CommandRules.Duplicate(model));
            else
                rows.Add(model.Name, model);
        }

        // A handler that cannot be called would only add the compiler's own errors to ours.
        List<CommandModel> usable = [.. rows.Values.Where(row => row.ShapeError is null)];
        usable.AddRange(Containers.For(usable));
        usable.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        context.AddSource(FileName, SourceText.From(TableWriter.Write(usable), Encoding.UTF8));
    }
}
