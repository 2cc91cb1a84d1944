using System;
using Rotom.Net.Loop;

namespace Rotom.Net.Transport;

// Housekeeping: what only time decides - idle clients, clients that never authenticate, output
// above its soft limit. Once a second while there are clients, and a look at the clients only when
// a setting or a client calls for it.
public abstract partial class NetTransport
{
    private const int HousekeepingMs = 1000;

    private LoopTimer? _housekeeping;

    private void StartHousekeeping() =>
        _housekeeping ??= Loop.Schedule(HousekeepingMs, Housekeep);

    private void Housekeep()
    {
        _housekeeping = null;
        try
        {
            CheckTimes();
        }
        finally
        {
            if (_clients.Count > 0) StartHousekeeping();
        }
    }

    private void CheckTimes()
    {
        int timeout = Settings.TimeoutSeconds;
        int mayWait = _unauthenticated > 0 ? Settings.AuthenticationSeconds : 0;
        if (timeout > 0 || mayWait > 0 || _behind > 0 || _shaking > 0)
        {
            // Backwards, since closing moves the last client into the place of the closed one.
            for (int i = _clients.Count - 1; i >= 0; i--)
            {
                CheckTime(_clients[i], timeout * 1000L, mayWait * 1000L);
            }
        }
    }

    private void CheckTime(ClientConnection client, long timeoutMs, long mayWaitMs)
    {
        if (client.Tls is { IsOpen: false })
        {
            CheckHandshake(client);
            return;
        }

        if (client.OutputBytes > 0 && IsOverLimit(client)) return;
        long now = Loop.NowMs;
        if (client.Unauthenticated && mayWaitMs > 0 && now - client.OpenedMs > mayWaitMs)
        {
            Group.Log(
                NetLogLevel.Notice,
                $"Closing client id={client.Link.Id} addr={client.Link.RemoteAddress} "
                + "that did not authenticate in time");
            Close(client);
            return;
        }

        // As in Redis, a blocked client and a subscriber may be silent for as long as they like.
        if (timeoutMs == 0 || client.Paused || client.InFlight) return;
        if (client.Class == ClientClass.Subscriber) return;
        if (client.Link.IsBlocked)
        {
            // Its time begins when it no longer is.
            client.LastInputMs = now;
            return;
        }

        if (now - client.LastInputMs <= timeoutMs) return;
        Group.Log(
            NetLogLevel.Debug,
            $"Closing idle client id={client.Link.Id} addr={client.Link.RemoteAddress}");
        Close(client);
    }
}
