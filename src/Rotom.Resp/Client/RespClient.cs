using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Rotom.Resp;

// RespClient: a connection that has introduced itself. It asks for RESP3 and goes on in RESP2 with
// servers that do not know HELLO, and it turns error replies into exceptions. Anything beyond
// sending a command and reading its reply (pools, routing, typed commands) is for other layers.

/// <summary>How a <see cref="RespClient"/> introduces itself.</summary>
public sealed record RespClientOptions
{
    /// <summary>The version to ask for: 3, or 2 to send no HELLO at all.</summary>
    public int Protocol { get; init; } = 3;

    /// <summary>The user; the default user when null.</summary>
    public string? User { get; init; }

    /// <summary>The password; no authentication when null.</summary>
    public string? Password { get; init; }

    /// <summary>A name for CLIENT LIST; none when null.</summary>
    public string? Name { get; init; }

    /// <summary>Limits on replies.</summary>
    public RespReaderLimits Limits { get; init; } = RespReaderLimits.Default;
}

/// <summary>A client of one server over any stream.</summary>
public sealed class RespClient : IAsyncDisposable
{
    private RespClient(RespConnection connection) => Connection = connection;

    /// <summary>The connection, for error replies as values and for streams.</summary>
    public RespConnection Connection { get; }

    /// <summary>The version spoken: 2 or 3.</summary>
    public int Protocol { get; private set; } = 2;

    /// <summary>Introduces itself over a connected stream.</summary>
    /// <exception cref="RespErrorException">The server refused; the stream is closed.</exception>
    public static async Task<RespClient> ConnectAsync(
        Stream stream,
        RespClientOptions? options = null,
        Action<RespValue>? onPush = null,
        CancellationToken cancellation = default)
    {
        options ??= new RespClientOptions();
        RespClient client = new(new RespConnection(stream, onPush, options.Limits));
        try
        {
            await client.IntroduceAsync(options, cancellation);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a command and returns its reply.</summary>
    /// <exception cref="RespErrorException">The reply is an error.</exception>
    /// <exception cref="RespConnectionException">The connection is or gets broken.</exception>
    public Task<RespValue> CallAsync(params ReadOnlySpan<RespArgument> arguments) =>
        CheckAsync(Connection.ExecuteAsync(arguments));

    /// <summary>Sends a command and returns its reply; the waiting can be cancelled.</summary>
    public Task<RespValue> CallAsync(
        ReadOnlySpan<RespArgument> arguments, CancellationToken cancellation) =>
        CheckAsync(Connection.ExecuteAsync(arguments, cancellation));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static async Task<RespValue> CheckAsync(Task<RespValue> reply)
    {
        RespValue value = await reply;
        return value.IsError ? throw new RespErrorException(value.AsString()!) : value;
    }

    private async Task IntroduceAsync(RespClientOptions options, CancellationToken cancellation)
    {
        if (options.Protocol == 3 && await TryHelloAsync(options, cancellation))
        {
            Protocol = 3;
            return;
        }

        if (options.Password is not null)
        {
            RespArgument[] auth = options.User is null
                ? ["AUTH", options.Password]
                : ["AUTH", options.User, options.Password];
            await CallAsync(auth, cancellation);
        }

        if (options.Name is not null)
        {
            await CallAsync(["CLIENT", "SETNAME", options.Name], cancellation);
        }
    }

    private async Task<bool> TryHelloAsync(
        RespClientOptions options, CancellationToken cancellation)
    {
        List<RespArgument> hello = ["HELLO", 3];
        if (options.Password is not null)
        {
            hello.AddRange(["AUTH", options.User ?? "default", options.Password]);
        }

        if (options.Name is not null) hello.AddRange(["SETNAME", options.Name]);
        RespValue reply = await Connection.ExecuteAsync(hello.ToArray(), cancellation);
        if (!reply.IsError) return true;
        RespErrorException error = new(reply.AsString()!);

        // A server without HELLO or without RESP3 is spoken to in RESP2; any other refusal stands.
        if (error.Code is "ERR" or "NOPROTO") return false;
        throw error;
    }
}
