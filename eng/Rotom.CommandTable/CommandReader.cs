using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

using Microsoft.CodeAnalysis;

namespace Rotom.CommandTable;

// From a handler's symbol to its rows. Nothing is judged here: what is missing stays empty, and
// CommandRules says so.
internal static class CommandReader
{
    /// <summary>One row for each [Command] on the method.</summary>
    public static ImmutableArray<CommandModel> Read(GeneratorAttributeSyntaxContext context)
    {
        var method = (IMethodSymbol)context.TargetSymbol;
        string summary = DocSummary.Of(context.TargetNode);
        string? shapeError = ShapeError(method);
        var keys = new EquatableArray<KeyModel>(KeyReader.Read(method.GetAttributes()));
        SymbolDisplayFormat format = SymbolDisplayFormat.FullyQualifiedFormat;
        string handler = method.ContainingType.ToDisplayString(format) + "." + method.Name;

        return context.Attributes.Select(attribute =>
        {
            var named = new NamedArguments(attribute);
            return new CommandModel(
                attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "",
                handler,
                named.Int("Arity"),
                named.Text("Since") ?? "",
                named.Text("Complexity") ?? "",
                named.Names("Group")?.FirstOrDefault(),
                new(named.Names("Flags") ?? []),
                named.Names("Acl") is { } acl ? new EquatableArray<string>(acl) : null,
                summary,
                named.Text("Syntax") ?? "",
                new(Words(named.Text("Tips"))),
                named.Text("DeprecatedSince"),
                named.Text("ReplacedBy"),
                named.Bool("KeysNone"),
                keys,
                shapeError,
                Place.From(PlaceOf(attribute, method)));
        }).ToImmutableArray();
    }

    private static IEnumerable<string> Words(string? text) =>
        (text ?? "").Split([' '], StringSplitOptions.RemoveEmptyEntries);

    private static Location PlaceOf(AttributeData attribute, IMethodSymbol method) =>
        attribute.ApplicationSyntaxReference?.GetSyntax().GetLocation() ?? method.Locations[0];

    // Must be callable as: static (ref CommandContext c) => Type.Method(ref c)
    private static string? ShapeError(IMethodSymbol method)
    {
        if (!method.IsStatic)
            return "it must be static";
        if (!method.ReturnsVoid || method.IsAsync)
            return "it must return void and not be async";
        if (method.IsGenericMethod)
            return "it must not be generic";
        if (method.Parameters.Length != 1
            || method.Parameters[0].RefKind != RefKind.Ref
            || method.Parameters[0].Type.ToDisplayString() != "Rotom.Engine.CommandContext")
        {
            return "its only parameter must be 'ref CommandContext'";
        }

        for (ISymbol? symbol = method; symbol is not null; symbol = symbol.ContainingType)
        {
            Accessibility access = symbol.DeclaredAccessibility;
            if (access is not (Accessibility.Public or Accessibility.Internal))
                return "it and its class must be internal or public";
            if (symbol is INamedTypeSymbol { IsGenericType: true })
                return "its class must not be generic";
        }

        return null;
    }
}

/// <summary>The properties set on an attribute.</summary>
internal readonly struct NamedArguments(AttributeData attribute)
{
    public string? Text(string name) => Find(name)?.Value as string;

    public int Int(string name) => Find(name)?.Value as int? ?? 0;

    public int? MaybeInt(string name) => Find(name)?.Value as int?;

    public bool Bool(string name) => Find(name)?.Value as bool? ?? false;

    /// <summary>The members of an enum value; null if the property is not set.</summary>
    public string[]? Names(string name) => Find(name) is { } value ? EnumNames.Of(value) : null;

    private TypedConstant? Find(string name)
    {
        foreach (KeyValuePair<string, TypedConstant> pair in attribute.NamedArguments)
        {
            if (pair.Key == name)
                return pair.Value;
        }

        return null;
    }
}

internal static class EnumNames
{
    /// <summary>
    /// The members that make up an enum constant: the one of that value, or its single bits if the
    /// enum has [Flags]. Zero of a flags enum is the empty list.
    /// </summary>
    public static string[] Of(TypedConstant constant)
    {
        if (constant.Type is not INamedTypeSymbol type || constant.Value is not int value)
            return [];
        IEnumerable<IFieldSymbol> members = type.GetMembers().OfType<IFieldSymbol>()
            .Where(field => field.HasConstantValue);
        bool isFlags = type.GetAttributes()
            .Any(attribute => attribute.AttributeClass?.Name == nameof(FlagsAttribute));
        return [.. members
            .Where(member => isFlags ? IsBitOf(value, Value(member)) : Value(member) == value)
            .Select(member => member.Name)];
    }

    private static int Value(IFieldSymbol member) => (int)member.ConstantValue!;

    private static bool IsBitOf(int value, int bit) =>
        bit != 0 && (bit & (bit - 1)) == 0 && (value & bit) != 0;
}
