using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>What an asynchronous command is given.</summary>
public sealed class AsyncCommandContext
{
    private readonly byte[][] _words;
    private readonly LocalPort _port;
    private RotomClient? _client;

    internal AsyncCommandContext(
        in CommandContext c, LocalPort port, CancellationToken cancellation)
    {
        _words = new byte[c.ArgCount][];
        for (int i = 0; i < _words.Length; i++) _words[i] = c[i].ToArray();
        _port = port;
        Cancellation = cancellation;
        ClientId = c.Client.Id;
        User = c.Client.User;
        Database = c.Client.Database.Index;
    }

    /// <summary>The words of the command, its name first; copies.</summary>
    public IReadOnlyList<byte[]> Words => _words;

    /// <summary>Cancelled when the client goes or is unblocked: nobody waits any more.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>CLIENT ID of who sent it.</summary>
    public long ClientId { get; }

    /// <summary>The user it acts as.</summary>
    public string User { get; }

    /// <summary>The database it has selected.</summary>
    public int Database { get; }

    /// <summary>
    /// A client for the command's own use, in the database that its sender has selected and without
    /// limits. The sender itself waits, so its own client could not be used.
    /// </summary>
    public IRotomClient Client => _client ??= new RotomClient(_port, Database);

    internal ValueTask EndAsync() => _client?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Carries out a command that awaits, and returns its reply.</summary>
public delegate ValueTask<RespValue> AsyncCommandHandler(AsyncCommandContext context);

/// <summary>Runs a handler away from the keyspace and brings its answer back.</summary>
internal sealed class AsyncCommand(AsyncCommandHandler handler, LocalPort port)
{
    /// <summary>The command's handler in the engine.</summary>
    internal void Begin(ref CommandContext c)
    {
        CancellationTokenSource gone = new();
        if (c.Defer(0, () => CancelLater(gone)) is not { } reply)
        {
            gone.Dispose();
            c.Error($"ERR '{c.Command.FullName}' can't wait here");
            return;
        }

        Run run = new(this, new AsyncCommandContext(in c, port, gone.Token), reply, gone);
        ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
    }

    // What hangs on the token is the host's code: not for the keyspace's thread.
    private static void CancelLater(CancellationTokenSource gone) =>
        ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), gone, false);

    private sealed class Run(
        AsyncCommand command, AsyncCommandContext context, DeferredReply reply,
        CancellationTokenSource gone) : IThreadPoolWorkItem
    {
        public void Execute() => _ = ExecuteAsync();

        private async Task ExecuteAsync()
        {
            RespValue value;
            try
            {
                value = await command.Call(context).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (gone.IsCancellationRequested)
            {
                return;
            }
            catch (RespErrorException error)
            {
                value = RespValue.Error(error.Message);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // The host's code failed: its client hears so, nobody else does.
                string name = System.Text.Encoding.ASCII.GetString(context.Words[0]);
                value = RespValue.Error($"ERR internal error: '{name}' failed: {fault.Message}");
            }

            finally
            {
                await context.EndAsync().ConfigureAwait(false);
            }

            command.Port.Keyspace.Tell(new DeferredDone(reply, value), ActorRefs.NoSender);
        }
    }

    private LocalPort Port => port;

    private ValueTask<RespValue> Call(AsyncCommandContext context) => handler(context);
}
