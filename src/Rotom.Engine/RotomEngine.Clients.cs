using System;
using System.Collections.Generic;
using Rotom.Engine.Config;
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
        Client client = new(link, Databases[0], Acl.Default, NowMs) { LastCommandMs = NowMs };
        link.EngineState = client;
        _clients[link.Id] = client;
        Account(client);
        if (IsEnding) client.Set(ClientGate.Closing, true);
        BecomeDefaultUser(client);
        if (IsRefusedByProtectedMode(link))
        {
            BeginReply(client).Error(ProtectedModeText);
            CloseAfterReply(client);
        }

        return client;
    }

    /// <summary>
    /// Opens a client of the host itself: it speaks RESP3, needs no password, and may do everything
    /// unless it is to act as a user.
    /// </summary>
    /// <param name="link">The client.</param>
    /// <param name="database">The database it begins in.</param>
    /// <param name="user">A user; null for one without limits. An unknown one may do nothing.
    /// </param>
    public Client OpenHostClient(ClientLink link, int database = 0, string? user = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            (uint)database, (uint)Databases.Length, nameof(database));
        AclUser acts = user is null ? Acl.Host : Acl.Find(ByteText.FromText(user)) ?? Acl.Nobody;
        Client client = new(link, Databases[database], acts, NowMs)
        {
            LastCommandMs = NowMs,
            Resp3 = true,
        };
        link.EngineState = client;
        _clients[link.Id] = client;
        if (IsEnding) client.Set(ClientGate.Closing, true);
        BecomeUser(client, acts);
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
        _clientBytes -= client.AccountedBytes;
        client.AccountedBytes = 0;
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
        if (client.Link.Ledger is not null && client.Link.BufferBytes != 0)
        {
            _leaving.Add(client.Link);
        }

        CloseClient(client.Link);
    }

    // A client that waits and whose connection is gone is not served by this batch any more; one
    // that does not wait may have commands in it.
    private void CloseIfBlocked(ClientLink link)
    {
        if (link.EngineState is Client client && client.Has(ClientGate.Blocked)) CloseClient(link);
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
        Config.ProtectedMode && Acl.Default.NoPassword && !link.IsLoopback;
}
