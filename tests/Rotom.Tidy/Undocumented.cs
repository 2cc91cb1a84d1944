using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rotom.Tidy;

/// <summary>Finds what others may use and nobody describes.</summary>
internal static class Undocumented
{
    /// <summary>
    /// The public and protected types and members without a documentation comment. Overrides mean
    /// what their base says; a type in several parts needs one comment.
    /// </summary>
    internal static IEnumerable<string> In(IReadOnlyList<SourceFile> files)
    {
        HashSet<string> visible = [.. files.SelectMany(file => file.Nodes
            .OfType<BaseTypeDeclarationSyntax>().Where(type => IsOpen(type.Modifiers))
            .Select(Name))];
        HashSet<string> described = [.. files.SelectMany(file => file.Nodes
            .OfType<BaseTypeDeclarationSyntax>().Where(HasComment).Select(Name))];
        foreach (SourceFile file in files)
        {
            foreach (MemberDeclarationSyntax member in file.Nodes.OfType<MemberDeclarationSyntax>())
            {
                if (HasComment(member) || !IsVisible(member, visible)) continue;
                if (member is BaseTypeDeclarationSyntax type && described.Contains(Name(type)))
                {
                    continue;
                }

                yield return $"{file.At(member)}: {member.ToString().Split('\n')[0].Trim()}";
            }
        }
    }

    private static bool IsVisible(MemberDeclarationSyntax member, HashSet<string> visible)
    {
        if (member is BaseNamespaceDeclarationSyntax or GlobalStatementSyntax) return false;
        if (member.Modifiers.Any(SyntaxKind.OverrideKeyword)) return false;
        bool open = member switch
        {
            BaseTypeDeclarationSyntax type => visible.Contains(Name(type)),
            EnumMemberDeclarationSyntax => true,
            _ => IsOpen(member.Modifiers) || (member.Parent is InterfaceDeclarationSyntax
                && !member.Modifiers.Any(SyntaxKind.PrivateKeyword)),
        };
        // Members of actors that only Akka calls are public because Akka says so.
        return open && member.Ancestors().OfType<BaseTypeDeclarationSyntax>()
            .All(outer => visible.Contains(Name(outer)));
    }

    private static bool IsOpen(SyntaxTokenList modifiers) =>
        modifiers.Any(SyntaxKind.PublicKeyword)
        || (modifiers.Any(SyntaxKind.ProtectedKeyword)
            && !modifiers.Any(SyntaxKind.InternalKeyword)
            && !modifiers.Any(SyntaxKind.PrivateKeyword));

    private static bool HasComment(SyntaxNode node) => node.GetLeadingTrivia().Any(
        trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia));

    private static string Name(BaseTypeDeclarationSyntax type) => string.Join(
        '.', type.AncestorsAndSelf().OfType<BaseTypeDeclarationSyntax>().Reverse()
            .Select(part => part.Identifier.ValueText
                + (part as TypeDeclarationSyntax)?.TypeParameterList?.Parameters.Count));
}
