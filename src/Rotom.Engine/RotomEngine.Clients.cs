using System;
using System.Collections.Generic;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Clients: who is connected, what each rests on, how each ends.
public sealed partial class RotomEngine
{
    private readonly Dictionary<long, Client> _clients = [];

    /// <summary>The connected clients by id.</summary>
    public IReadOnlyDictionary<long, Client> Clients => _clients;

    /// <summary>Opens a client that did not come with a batch (in-process, a test).</summary>
    public Client OpenClient(ClientLink link)
    {
        Client client = new(link, Databases[0], NowMs) { LastCommandMs = NowMs };
        link.EngineState = client;
        _clients[link.Id] = client;
        if (Config.RequirePass.Length != 0)
        {
            client.Set(ClientGate.NeedsAuth, true);
            Order(client, ClientOrderKind.Unauthenticated);
        }

        if (IsRefusedByProtectedMode(link))
        {
            BeginReply(client).Error(ProtectedModeText);
            CloseAfterReply(client);
        }

        return client;
    }

    /// <summary>Forgets a client whose connection is gone.</summary>
    public void CloseClient(ClientLink link)
    {
        if (link.EngineState is not Client client) return;
        client.Set(ClientGate.Closing, true);
        PubSub.Forget(client);
        OnClientGone(client);
        _clients.Remove(link.Id);
        link.EngineState = null;
    }

    /// <summary>
    /// Closes a client once its replies are sent; nothing more is executed for it.
    /// </summary>
    internal void CloseAfterReply(Client client)
    {
        if (client.Has(ClientGate.Closing)) return;
        client.Set(ClientGate.Closing, true);
        Order(client, ClientOrderKind.CloseAfterReply);
    }

    /// <summary>
    /// Closes another client at once (CLIENT KILL): for whoever comes next it is gone already, not
    /// only when the network layer has reported its end.
    /// </summary>
    internal void CloseNow(Client client)
    {
        if (client.Has(ClientGate.Closing)) return;
        Order(client, ClientOrderKind.CloseNow);
        CloseClient(client.Link);
    }

    internal void Order(Client client, ClientOrderKind kind) =>
        _outputs[client.Link.Loop].Orders.Add(new ClientOrder(client.Link, kind));

    /// <summary>Where a client's replies are written now, in its protocol version.</summary>
    internal ReplyBatch BeginReply(Client client)
    {
        ReplyBatch reply = _outputs[client.Link.Loop];
        reply.Begin(client.Link, client.Resp3);
        return reply;
    }

    private bool IsRefusedByProtectedMode(ClientLink link) =>
        Config.ProtectedMode && Config.RequirePass.Length == 0 && !link.IsLoopback;

    /// <summary>
    /// Copies commands that cannot run now, to be executed when the client is freed.
    /// </summary>
    private static void Rest(
        Client client,
        CommandBatch batch,
        ReadOnlySpan<CommandRef> commands,
        string? protocolError)
    {
        if (client.Has(ClientGate.Closing)) return;
        if (commands.IsEmpty && protocolError is null) return;
        CommandBatch resting = client.Resting ??= new CommandBatch(1024);
        if (resting.Runs.IsEmpty) resting.BeginRun(client.Link);
        foreach (CommandRef command in commands)
        {
            int first = resting.ArgCount;
            foreach (ArgRef arg in batch.Args.Slice(command.FirstArg, command.ArgCount))
            {
                resting.AddCopy(batch.Bytes(in arg));
            }

            resting.EndCommand(first);
        }

        if (protocolError is not null) resting.Fail(protocolError);
    }

    /// <summary>Executes what rested on a client that was blocked, until it blocks again.</summary>
    internal void RunResting(Client client)
    {
        CommandBatch? resting = client.Resting;
        if (resting is null) return;
        client.Resting = null;
        CommandRun run = resting.Runs[0];
        ExecuteCommands(
            client, resting, 0, resting.Commands.Slice(0, run.CommandCount), run.ProtocolError);
    }
}
