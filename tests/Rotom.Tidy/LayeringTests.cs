using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Rotom.Tidy;

/// <summary>Who may know whom (ARCHITECTURE.md, "Projects"), which words belong where.</summary>
public sealed class LayeringTests
{
    // Every reference of a project in src: projects by name, packages, Akka, frameworks.
    private static readonly Dictionary<string, string[]> s_references = new()
    {
        ["Rotom.Resp"] = [],
        ["Rotom.Engine"] = ["Rotom.Resp", "Rotom.CommandTable (generator)"],
        ["Rotom.Net"] = ["Rotom.Resp"],
        ["Rotom.Actors"] =
        [
            "Rotom.Engine", "Rotom.Net", "actors: Akka;Akka.Persistence;Akka.Hosting",
            "framework: Microsoft.AspNetCore.App",
        ],
        ["Rotom.Persistence"] =
        [
            "Rotom.Actors", "actors: Akka;Akka.Persistence;Akka.Hosting",
            "framework: Microsoft.AspNetCore.App",
        ],
        ["Rotom.TestHost"] =
        [
            "Rotom.Actors", "actors: Akka;Akka.Persistence;Akka.Hosting",
            "framework: Microsoft.AspNetCore.App",
        ],
        ["Rotom.App"] =
        [
            "Rotom.Actors", "package: Serilog", "package: Serilog.Sinks.Console",
            "package: Serilog.Sinks.File", "package: Serilog.Extensions.Logging",
        ],
    };

    // The world's doors: time, chance, files, sockets and threads come in by interfaces.
    private static readonly HashSet<string> s_notInEngine =
    [
        "Akka", "Sockets", "Socket", "File", "FileStream", "FileInfo", "DirectoryInfo",
        "RandomAccess", "Tasks", "Task", "ValueTask", "Stopwatch", "Environment", "Thread",
        "ThreadPool", "ThreadLocal", "ThreadStatic", "Monitor", "Interlocked", "Volatile", "Timer",
        "TimeProvider", "Console", "lock", "async", "await", "volatile",
    ];

    private static readonly HashSet<string> s_worldlyMembers =
        ["DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.Now", "DateTimeOffset.UtcNow",
        "Random.Shared", "Guid.NewGuid", "Path.GetTempPath", "Directory.CreateDirectory"];

    private static readonly Dictionary<string, string> s_unsafe = new()
    {
        ["src/Rotom.Engine/Memory/"] = "owns every pointer; hands out spans and handles",
        ["src/Rotom.Net/Native/"] = "the system calls",
        ["src/Rotom.Resp/Reading/RequestScanner.cs"] = "measured: 2.9 ns a PING",
    };

    private const string TestKit = "src/Akka.Embedded/Akka.TestKit/";

    // Akka's test kit waits for actors by its nature, and is no part of a server.
    private static readonly Dictionary<string, string> s_blocking = new()
    {
        ["src/Rotom.Net/Loop/SignalLoop.cs: Wait"] = "the loop's thread, with nothing to do",
        ["src/Rotom.Net/Tls/TlsInput.cs: GetResult"] = "it is the source of the task",
        ["src/Rotom.Net/Tls/TlsSession.cs: GetResult"] = "of a completed task",
        ["src/Rotom.Actors/Client/SourceCall.cs: GetResult"] = "it is the source of the task",
        ["src/Rotom.Actors/Persistence/IDiskThread.cs: Wait"] = "the disk's thread, idle",
        ["src/Akka.Embedded/Akka.Hosting/ActorRegistry.cs: Result"] = "of a completed task",
        ["src/Akka.Embedded/Akka/Actor/Futures.cs: Result"] = "of a completed task",
        ["src/Akka.Embedded/Akka/Actor/HashedWheelTimerScheduler.cs: Wait"] = "the clock's thread",
        ["src/Akka.Embedded/Akka/Actor/CoordinatedShutdown.cs: Run"] = "shutdown leaves its caller",
        ["src/Akka.Embedded/Akka/Actor/CoordinatedShutdown.cs: Wait"] = "the process is ending",
        ["src/Akka.Embedded/Akka/Event/EventStream.cs: Wait"] = "loggers, when the system starts",
        ["src/Akka.Embedded/Akka/Pattern/CircuitBreaker.cs: Run"] = "callbacks leave the caller",
    };

    [Fact]
    public void Projects_know_only_whom_they_may()
    {
        foreach ((string project, string[] allowed) in s_references)
        {
            string path = $"src/{project}/{project}.csproj";
            Assert.True(allowed.Order().SequenceEqual(References(path).Order()), path + ": "
                + string.Join(", ", References(path)));
        }

        IEnumerable<string> projects = Source.Files
            .Where(path => path.StartsWith("src/Rotom.", StringComparison.Ordinal)
                && path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(path => Path.GetFileNameWithoutExtension(path));
        Assert.Equal(s_references.Keys.Order(), projects.Order());
    }

    [Fact]
    public void The_stand_in_knows_nothing_of_Rotom() => Offences.AreNone(
        Source.Under("src/Akka.Embedded").SelectMany(file => file.Words
            .Where(word => word.ValueText == "Rotom").Select(word => file.At(word.SpanStart))),
        "src/Akka.Embedded must not name Rotom");

    [Fact]
    public void The_engine_reaches_the_world_by_its_interfaces_only() => Offences.AreNone(
        Source.Under("src/Rotom.Engine").SelectMany(file => Usings(file)
            .Concat(WorldlyWords(file)).Concat(WorldlyMembers(file))
            .Select(pair => $"{file.At(pair.Position)}: {pair.Text}")),
        "Not in Rotom.Engine: threads, tasks, clocks, chance, files, sockets, the process");

    [Fact]
    public void The_engine_has_no_static_state_that_changes() => Offences.AreNone(
        Source.Under("src/Rotom.Engine").SelectMany(file => file.Nodes
            .Where(IsMutableStatic).Select(file.At)),
        "Static fields of Rotom.Engine are readonly or const");

    [Fact]
    public void Sockets_are_opened_by_the_network_layer_only() => Offences.AreNone(
        Source.Under("src/Rotom.Resp", "src/Rotom.Actors").SelectMany(file => file.Syntax.Usings
            .Where(line => line.ToString().Contains(
                "System.Net.Sockets", StringComparison.Ordinal))
            .Select(file.At)),
        "System.Net.Sockets belongs to Rotom.Net");

    [Fact]
    public void Akka_is_known_to_the_actors_and_the_executable_only() => Offences.AreNone(
        Source.Under("src/Rotom.Resp", "src/Rotom.Net").SelectMany(file => file.Words
            .Where(word => word.ValueText == "Akka").Select(word => file.At(word.SpanStart))),
        "Akka belongs to Rotom.Actors and Rotom.App");

    [Fact]
    public void Unsafe_code_lies_where_it_is_looked_after()
    {
        string[] found = [.. Source.Under("src", "eng").Where(HasUnsafe).Select(file => file.Path)];
        Offences.AreNone(
            found.Where(path => !s_unsafe.Keys.Any(place => IsIn(path, place))),
            "unsafe, Unsafe, MemoryMarshal's casts only in: " + string.Join(", ", s_unsafe.Keys));
        Assert.All(s_unsafe.Keys, place => Assert.Contains(found, path => IsIn(path, place)));
    }

    [Fact]
    public void Nothing_blocks_on_a_task_or_leaves_for_the_thread_pool()
    {
        string[] found = [.. Source.Under("src").Where(file => !IsIn(file.Path, TestKit))
            .SelectMany(file => file.Nodes
            .OfType<MemberAccessExpressionSyntax>().Where(IsBlocking)
            .Select(access => $"{file.Path}: {access.Name.Identifier.ValueText}"))];
        Offences.AreListed(found, s_blocking, "No Task.Run, .Result, .Wait() or GetResult()");
    }

    private static bool IsIn(string path, string place) =>
        place.EndsWith('/') ? path.StartsWith(place, StringComparison.Ordinal) : path == place;

    private static IEnumerable<string> References(string path)
    {
        foreach (var item in Source.ReadXml(path).Descendants())
        {
            string name = item.Attribute("Include")?.Value ?? "";
            string? reference = item.Name.LocalName switch
            {
                "ProjectReference" => Path.GetFileNameWithoutExtension(name)
                    + (item.Attribute("OutputItemType")?.Value == "Analyzer" ? " (generator)" : ""),
                "PackageReference" => "package: " + name,
                "ActorReference" => "actors: " + name,
                "FrameworkReference" => "framework: " + name,
                "Reference" => "assembly: " + name,
                _ => null,
            };
            if (reference is not null) yield return reference;
        }
    }

    private static IEnumerable<(int Position, string Text)> Usings(SourceFile file) =>
        file.Syntax.Usings
            .Select(line => (Position: line.SpanStart, Text: line.Name?.ToString() ?? ""))
            .Where(pair => pair.Text is "System.Diagnostics"
                || pair.Text.StartsWith("System.Net", StringComparison.Ordinal)
                || pair.Text.StartsWith("System.Threading", StringComparison.Ordinal));

    // A property of that name (config.Timer) is not the type; System.Threading.Timer is.
    private static bool IsWorldly(SyntaxToken word) => s_notInEngine.Contains(word.ValueText)
        && word.Parent is not (PropertyDeclarationSyntax or EnumMemberDeclarationSyntax)
        && !(word.Parent is IdentifierNameSyntax name
            && name.Parent is MemberAccessExpressionSyntax access && access.Name == name
            && !access.Expression.ToString().StartsWith("System", StringComparison.Ordinal));

    private static IEnumerable<(int Position, string Text)> WorldlyWords(SourceFile file) =>
        file.Words.Where(IsWorldly).Select(word => (word.SpanStart, word.ValueText));

    private static IEnumerable<(int Position, string Text)> WorldlyMembers(SourceFile file) =>
        file.Nodes.OfType<MemberAccessExpressionSyntax>()
            .Select(access => (Position: access.SpanStart, Text: access.ToString()))
            .Where(pair => s_worldlyMembers.Contains(
                pair.Text.Replace("System.", "", StringComparison.Ordinal)));

    private static bool IsMutableStatic(SyntaxNode node) => node switch
    {
        FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.StaticKeyword)
            && !field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword),
        PropertyDeclarationSyntax property => property.Modifiers.Any(SyntaxKind.StaticKeyword)
            && property.AccessorList?.Accessors.Any(SyntaxKind.SetAccessorDeclaration) == true,
        _ => false,
    };

    private static bool HasUnsafe(SourceFile file) => file.Words.Any(
        word => word.IsKind(SyntaxKind.UnsafeKeyword)
            || word.ValueText is "Unsafe"
            || (word.ValueText is "GetReference" or "Cast" or "GetArrayDataReference" or "AsRef"
                && word.Parent?.Parent?.ToString().StartsWith(
                    "MemoryMarshal.", StringComparison.Ordinal) == true));

    private static bool IsBlocking(MemberAccessExpressionSyntax access) =>
        access.Name.Identifier.ValueText switch
        {
            "Run" => access.Expression.ToString() is "Task" or "Task.Factory",
            "Result" => true,
            "Wait" or "GetResult" => access.Parent is InvocationExpressionSyntax,
            _ => false,
        };
}
