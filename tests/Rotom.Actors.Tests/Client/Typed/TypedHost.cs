using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Resp;
using Rotom.TestHost;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

// TypedHost: a server whose client notes which typed methods have sent which command. They are
// found on the stack by their [Calls]: all of them send before they first await.

/// <summary>A server for tests of typed methods, and what they have sent.</summary>
internal sealed class TypedHost : IAsyncDisposable
{
    private readonly string _directory;

    private TypedHost(RotomTestHost host, string directory)
    {
        Host = host;
        _directory = directory;
        Calls = new Recorder(host.Client);
    }

    internal RotomTestHost Host { get; }

    /// <summary>The client, seen as what extension methods are for.</summary>
    internal IRotomCommands C => Calls;

    internal Recorder Calls { get; }

    internal static async Task RunAsync(Func<TypedHost, Task> test)
    {
        await using TypedHost host = await StartAsync();
        await test(host);
    }

    internal static async Task<TypedHost> StartAsync()
    {
        string directory = Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        RotomTestHost host = await RotomTestHost.StartAsync(options =>
        {
            options.Set("dir", directory);
            options.Set("save", "");
            options.Set("latency-monitor-threshold", "1");
        });
        return new TypedHost(host, directory);
    }

    /// <summary>A client of its own, also noted.</summary>
    internal IRotomClient Another() => Host.Server.CreateClient();

    internal IRotomCommands Noted(IRotomClient client) => new Recorder(client, Calls.Sent);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal static string? Text(byte[]? bytes) =>
        bytes is null ? null : Encoding.UTF8.GetString(bytes);

    internal static IEnumerable<string?> Texts(IEnumerable<byte[]?> all) => all.Select(Text);

    internal static IEnumerable<string> Sorted(IEnumerable<byte[]> all) =>
        all.Select(bytes => Text(bytes)!).Order(StringComparer.Ordinal);

    internal static async Task<string> ErrorAsync<T>(Func<ValueTask<T>> call) =>
        (await Assert.ThrowsAsync<RespErrorException>(async () => await call())).Message;

    internal static async Task<string> ErrorAsync(Func<ValueTask> call) =>
        (await Assert.ThrowsAsync<RespErrorException>(async () => await call())).Message;

    /// <summary>Takes commands to a client, and notes the methods that they come from.</summary>
    internal sealed class Recorder(
        IRotomClient client, HashSet<(MethodBase Method, string Command)>? sent = null)
        : IRotomCommands
    {
        private static readonly HashSet<string> s_containers =
        [
            "ACL", "CLIENT", "COMMAND", "CONFIG", "LATENCY", "MEMORY", "OBJECT", "PUBSUB",
            "SLOWLOG",
        ];

        internal HashSet<(MethodBase Method, string Command)> Sent { get; } = sent ?? [];

        public ValueTask<RespValue> ExecuteAsync(
            ReadOnlySpan<RespArgument> words, CancellationToken cancellation)
        {
            string name = Text(words[0].Bytes.ToArray())!;
            if (words.Length > 1 && s_containers.Contains(name))
            {
                name += "|" + Text(words[1].Bytes.ToArray());
            }

            MethodBase[] methods =
            [
                .. new StackTrace().GetFrames().Select(frame => Outer(frame.GetMethod()))
                    .Where(method => method?.GetCustomAttribute<CallsAttribute>() is not null)!,
            ];
            Assert.True(methods.Length > 0, $"{name} was sent by no method with [Calls]");
            lock (Sent)
            {
                foreach (MethodBase method in methods) Sent.Add((method, name));
            }

            return client.ExecuteAsync(words, cancellation);
        }

        // A walk reads its pages by a lambda, <KeyScanAsync>b__0 in a class inside.
        private static MethodBase? Outer(MethodBase? method)
        {
            if (method is null || method.Name[0] != '<') return method;
            string name = method.Name[1..method.Name.IndexOf('>', StringComparison.Ordinal)];
            return method.DeclaringType?.DeclaringType?
                .GetMethods(BindingFlags.Static | BindingFlags.Public)
                .SingleOrDefault(outer => outer.Name == name
                    && typeof(IAsyncEnumerable<>).Name == outer.ReturnType.Name);
        }
    }
}
