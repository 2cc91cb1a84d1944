using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Resp;

namespace Rotom.TestHost;

/// <summary>The keys of a server at one moment, as DUMP has them, with their times.</summary>
public sealed class TestState
{
    private readonly List<(int Database, byte[] Key, byte[] Payload, long ExpireAtMs)> _keys = [];

    private TestState()
    {
    }

    /// <summary>How many keys.</summary>
    public int Count => _keys.Count;

    internal static async Task<TestState> SaveAsync(RotomServer server)
    {
        TestState state = new();
        for (int database = 0; database < server.Parts.Engine.Config.Databases; database++)
        {
            await using IRotomClient client = server.CreateClient(database);
            await state.SaveAsync(client, database).ConfigureAwait(false);
        }

        return state;
    }

    internal async Task RestoreAsync(RotomServer server)
    {
        Dictionary<int, IRotomClient> clients = [];
        foreach ((int database, byte[] key, byte[] payload, long expireAtMs) in _keys)
        {
            if (!clients.TryGetValue(database, out IRotomClient? client))
            {
                clients[database] = client = server.CreateClient(database);
            }

            await client.ExecuteAsync("RESTORE", key, expireAtMs, payload, "ABSTTL")
                .ConfigureAwait(false);
        }

        foreach (IRotomClient client in clients.Values)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task SaveAsync(IRotomClient client, int database)
    {
        RespValue keys = await client.ExecuteAsync("KEYS", "*").ConfigureAwait(false);
        foreach (RespValue key in keys.Items)
        {
            byte[] name = key.Bytes.ToArray();
            RespValue payload = await client.ExecuteAsync("DUMP", name).ConfigureAwait(false);
            RespValue at = await client.ExecuteAsync("PEXPIRETIME", name).ConfigureAwait(false);
            if (payload.IsNull) continue;
            long expireAtMs = at.AsInteger() < 0 ? 0 : at.AsInteger();
            _keys.Add((database, name, payload.Bytes.ToArray(), expireAtMs));
        }
    }
}
