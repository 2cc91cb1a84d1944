using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rotom.CommandTable;

// Reads a method's <summary> from its trivia. The compiler parses doc comments only when it writes
// a documentation file; without one they are plain comments, so the text is taken from the trivia
// themselves, which are there in both cases.
internal static class DocSummary
{
    private static readonly Regex s_slashes = new("^[ \t]*///[ ]?", RegexOptions.Multiline);
    private static readonly Regex s_blanks = new(@"\s+");

    /// <summary>The summary as one line of plain text; empty if there is none.</summary>
    public static string Of(SyntaxNode method)
    {
        var text = new StringBuilder();
        foreach (SyntaxTrivia trivia in method.GetLeadingTrivia())
        {
            if (trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia)
                || (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)
                    && trivia.ToString().StartsWith("///", System.StringComparison.Ordinal)))
            {
                text.Append(trivia.ToFullString()).Append('\n');
            }
        }

        return FromXml(s_slashes.Replace(text.ToString(), ""));
    }

    private static string FromXml(string body)
    {
        XElement? summary;
        try
        {
            summary = XElement.Parse("<doc>" + body + "</doc>").Element("summary");
        }
        catch (XmlException)
        {
            return "";  // reported as a missing summary
        }

        return summary is null ? "" : s_blanks.Replace(Plain(summary), " ").Trim();
    }

    // <see cref="X"/>, <see langword="x"/> and <paramref name="x"/> stand for their target's name.
    private static string Plain(XElement element) =>
        string.Concat(element.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } child => child.Attributes().FirstOrDefault()?.Value ?? "",
            XElement child => Plain(child),
            _ => "",
        }));
}
