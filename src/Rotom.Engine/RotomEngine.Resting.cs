using System;
using Rotom.Engine.Config;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// The commands of a client that cannot run now. They are copied into a batch that hangs on the
// client and are executed in order when it is freed; if one of them blocks, those behind it stay
// where they are. As much may rest as a query buffer may hold; who sends more is closed.
public sealed partial class RotomEngine
{
    /// <summary>Executed commands are dropped from a resting batch once they are so many.</summary>
    private const int RestedCompactAt = 64;

    /// <summary>
    /// What may rest of a client that has not authenticated: what its query buffer may hold.
    /// </summary>
    private const long StrangerRestsBytesMax = Limits.Megabyte;

    private void Rest(
        Client client,
        CommandBatch batch,
        ReadOnlySpan<CommandRef> commands,
        string? protocolError)
    {
        if (client.Has(ClientGate.Closing)) return;
        if (commands.IsEmpty && protocolError is null) return;
        // What comes behind broken input is no command, whatever it looks like.
        if (client.Resting?.Runs[0].ProtocolError is not null) return;
        CommandBatch resting = client.Resting ?? NewResting(client, 512);
        if (client.RestingDone >= RestedCompactAt
            && client.RestingDone > resting.CommandCount / 2)
        {
            resting = Compact(client, resting);
        }

        Copy(batch, commands, resting);
        if (protocolError is not null) resting.Fail(protocolError);
        Account(client);
        long most = Config.ClientQueryBufferBytesMax;
        if (!client.IsAuthenticated) most = Math.Min(most, StrangerRestsBytesMax);
        if (client.RestingBytes <= most) return;
        CloseNow(client);
    }

    /// <summary>Executes what rested on a client that was blocked, until it blocks again.</summary>
    private void RunResting(Client client)
    {
        if (client.Resting is not { } resting) return;
        ReplyBatch reply = BeginReply(client);
        Client? outer = _executing;
        _executing = client;
        const ClientGate stop = ClientGate.Blocked | ClientGate.Closing;
        while (client.RestingDone < resting.CommandCount && !client.Has(stop))
        {
            CommandRef command = resting.Commands[client.RestingDone++];
            ReadOnlySpan<ArgRef> words =
                resting.Args.Slice(command.FirstArg, command.ArgCount);
            reply.Begin(client.Link, client.Resp3);
            Process(client, resting, words, reply, 0);
        }

        _executing = outer;
        if (WasPostponed(client)) client.RestingDone--;
        if (client.Has(ClientGate.Blocked) && client.RestingDone < resting.CommandCount) return;
        string? protocolError = resting.Runs[0].ProtocolError;
        if (client.Has(ClientGate.Blocked) && protocolError is not null) return;
        client.Resting = null;
        client.RestingDone = 0;
        Account(client);
        if (protocolError is not null && !client.Has(ClientGate.Closing))
        {
            Refuse(client, protocolError);
        }
    }

    private static CommandBatch NewResting(Client client, int bytes)
    {
        CommandBatch resting = CommandBatch.ForCopies(bytes, 8);
        resting.BeginRun(client.Link);
        client.Resting = resting;
        client.RestingDone = 0;
        return resting;
    }

    private static CommandBatch Compact(Client client, CommandBatch old)
    {
        ReadOnlySpan<CommandRef> left = old.Commands[client.RestingDone..];
        string? protocolError = old.Runs[0].ProtocolError;
        CommandBatch resting = NewResting(client, 512);
        Copy(old, left, resting);
        if (protocolError is not null) resting.Fail(protocolError);
        return resting;
    }

    private static void Copy(
        CommandBatch from, ReadOnlySpan<CommandRef> commands, CommandBatch to)
    {
        foreach (CommandRef command in commands)
        {
            int first = to.ArgCount;
            foreach (ArgRef arg in from.Args.Slice(command.FirstArg, command.ArgCount))
            {
                to.AddCopy(from.Bytes(in arg));
            }

            to.EndCommand(first);
        }
    }
}
