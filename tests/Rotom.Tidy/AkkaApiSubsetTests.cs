using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Rotom.Tidy;

// The stand-in of src/Akka.Embedded promises that what compiles against it compiles against
// Akka.NET 1.5.30: all that its assemblies show is in the committed list, with the same signature.
public sealed class AkkaApiSubsetTests
{
    private static readonly string[] s_names =
        ["Akka", "Akka.Persistence", "Akka.Hosting", "Akka.TestKit", "Akka.TestKit.Xunit2"];

    private static readonly IReadOnlyList<Assembly> s_embedded =
        [.. s_names.Select(Assembly.Load).Where(IsStandIn)];

    [StandInFact]
    public void Every_public_member_of_the_stand_in_is_Akkas()
    {
        AkkaApiList list = AkkaApiList.Read();
        List<string> wrong = [];
        foreach (Type type in s_embedded.SelectMany(assembly => assembly.GetTypes()))
        {
            if (!ApiText.IsVisible(type))
            {
                continue;
            }

            string name = ApiText.FullName(type);
            if (list.Find(name) is not { } entry)
            {
                wrong.Add($"type {name}");
                continue;
            }

            wrong.AddRange(ShapeFaults(type, name, entry));
            wrong.AddRange(ApiText.Members(type)
                .Where(member => !list.Has(entry, member))
                .Select(member => $"{name}: {member}"));
        }

        Assert.True(
            wrong.Count == 0,
            $"{wrong.Count} not in Akka.NET 1.5.30 (make it internal, or as the list has it):\n"
            + string.Join('\n', wrong.Order()));
    }

    [Fact]
    public void The_list_of_Akkas_api_is_whole()
    {
        AkkaApiList list = AkkaApiList.Read();
        Assert.True(list.TypeCount > 700, $"{list.TypeCount} types");
        Assert.True(list.MemberCount > 4000, $"{list.MemberCount} members");
        AkkaApiList.Entry config = list.Find("Akka.Configuration.Config")!;
        Assert.True(list.Has(config, "public int GetInt(string path, int default = ?)"));
        Assert.True(list.Has(config, "public virtual int GetInt(string path, int default = ?)"));
        Assert.False(list.Has(config, "public int GetInt(string path)"));
        Assert.NotNull(list.Find("Akka.Hosting.IRequiredActor<TActor>"));
        Assert.NotNull(list.Find("Akka.Persistence.Journal.AsyncWriteJournal"));
        Assert.NotNull(list.Find("Akka.TestKit.Xunit2.TestKit"));
    }

    [StandInFact]
    public void The_stand_in_shows_its_insides_to_itself_only()
    {
        IEnumerable<string> friends = s_embedded.SelectMany(
            assembly => assembly.GetCustomAttributes<InternalsVisibleToAttribute>())
            .Select(attribute => attribute.AssemblyName);
        Assert.All(friends, friend => Assert.Contains(friend, s_names));
    }

    /// <summary>
    /// What the stand-in may have: it may only go down.
    /// </summary>
    private const int LinesMax = 6_000;

    [Fact]
    public void The_stand_in_does_not_grow()
    {
        string folder = Path.Combine(RepoRoot(), "src", "Akka.Embedded");
        int lines = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split('/', '\\').Any(part => part is "obj" or "bin"))
            .Sum(file => File.ReadLines(file).Count(IsCode));
        Assert.True(lines <= LinesMax, $"{lines} lines of code in src/Akka.Embedded");
    }

    private static IEnumerable<string> ShapeFaults(Type type, string name, AkkaApiList.Entry entry)
    {
        string kind = type.IsEnum ? "enum"
            : typeof(MulticastDelegate).IsAssignableFrom(type) ? "delegate"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct" : "class";
        string[] theirs = entry.Kind.Split(' ');
        if (theirs[^1] != kind)
        {
            yield return $"{name} is a {kind}, in Akka a {theirs[^1]}";
        }

        if (kind != "class")
        {
            yield break;
        }

        bool isStatic = type.IsAbstract && type.IsSealed;
        if (theirs.Contains("static") != isStatic)
        {
            yield return $"{name}: static or not";
        }

        if (theirs.Contains("sealed") && !type.IsSealed)
        {
            yield return $"{name} is sealed in Akka";
        }

        if (theirs.Contains("abstract") && !type.IsAbstract)
        {
            yield return $"{name} is abstract in Akka";
        }
    }

    private static bool IsCode(string line)
    {
        string trimmed = line.Trim();
        return trimmed.Length > 0 && !trimmed.StartsWith("//", StringComparison.Ordinal);
    }

    internal static bool IsStandIn(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyProductAttribute>()?.Product == "Rotom";

    private static string RepoRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Rotom.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("Rotom.sln not found");
    }

    private sealed class StandInFactAttribute : FactAttribute
    {
        public StandInFactAttribute() =>
            Skip = s_embedded.Count == 0 ? "built on the Akka packages, not on the stand-in" : null;
    }
}
