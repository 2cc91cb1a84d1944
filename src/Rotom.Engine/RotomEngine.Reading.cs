using System;
using Rotom.Engine.Commands;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Reading a value where it lies: GET and HGET of a client in the same process, who is shown the
// bytes during the turn instead of being sent a copy. Everything else about the command is as
// always: rights, expiry, the clocks of LRU and LFU, hits and misses, events, figures; what it
// answers is a mark that the value was shown, which leaves the turn as replies do.
//
// The command's handler is exchanged for as long as it runs. Where it is not its own any more,
// because of middleware or because the host has replaced it, or where it does not run now (MULTI,
// a blocked client), nothing is shown and the reply has the value: whoever wanted to see it is
// shown that.
//
// A batch whose commands have nothing along with them does not come here.
public sealed partial class RotomEngine
{
    private CommandExtra _extra;

    /// <summary>What is answered when the value was shown.</summary>
    public static ReadOnlySpan<byte> ShownReply => "+SHOWN\r\n"u8;

    /// <summary>What the sender gave along for the handler of a batch's command.</summary>
    internal object? TagOf(CommandBatch batch) =>
        batch.Extras.Any ? batch.Extras.Of(_command).Tag : null;

    /// <summary>Shows a value to whoever wants to see it.</summary>
    internal void Show(ReadOnlySpan<byte> value, ReplyBatch reply)
    {
        _extra.Reader!.Read(value, _extra.Ticket);
        reply.Raw(ShownReply);
    }

    private void ExecuteWithExtras(
        Client client, CommandBatch batch, in CommandRun run, ReadOnlySpan<CommandRef> commands)
    {
        client.Set(ClientGate.Extras, true);
        try
        {
            ExecuteCommands(client, batch, run.FirstCommand, commands, run.ProtocolError);
        }
        finally
        {
            client.Set(ClientGate.Extras, false);
        }
    }

    /// <summary>Executes a command whose sender wants to see the value; false: there is none.
    /// </summary>
    private bool TryShow(
        Client client, Command command, CommandBatch batch, ReadOnlySpan<ArgRef> args,
        ReplyBatch reply, ulong keyHash)
    {
        if (!batch.Extras.Any) return false;
        CommandExtra extra = batch.Extras.Of(_command);
        if (extra.Reader is null || ShowingHandler(command) is not { } showing) return false;
        CommandHandler own = command.Handler!;
        command.Handler = showing;
        _extra = extra;
        try
        {
            if (IsObserved(client)) CallObserved(client, command, batch, args, reply, keyHash);
            else Call(client, command, batch, args, reply, keyHash);
        }
        finally
        {
            command.Handler = own;
            _extra = default;
        }

        return true;
    }

    private static CommandHandler? ShowingHandler(Command command)
    {
        if (!ReferenceEquals(command.Handler, command.Spec.Handler)) return null;
        return (command.Spec.Group, command.FullName) switch
        {
            (Group.String, "get") => GetSetCommands.Showing,
            (Group.Hash, "hget") => HashReadCommands.Showing,
            _ => null,
        };
    }
}
