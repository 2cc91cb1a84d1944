using System;
using Rotom.Engine.Commands;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// The long way of a command: everything that may keep it from being executed now, in the order in
// which Redis looks. Each refusal is answered, counted, and aborts the transaction it is part of.
public sealed partial class RotomEngine
{
    private const string ProtectedModeText =
        "DENIED Rotom is running in protected mode because protected mode is enabled and no "
        + "password is set for the default user. In this mode connections are only accepted from "
        + "the loopback interface. To connect from elsewhere set a password (requirepass), bind to "
        + "an interface you trust, or turn protected-mode off.";

    private ServerGate _gate;

    /// <summary>True while the data set is being loaded: clients hear <c>-LOADING</c>.</summary>
    public bool IsLoading
    {
        get => (_gate & ServerGate.Loading) != 0;
        set => SetGate(ServerGate.Loading, value);
    }

    /// <summary>
    /// Set while the disk does not take writes: the text that writers hear instead of being
    /// executed; null when all is well.
    /// </summary>
    public string? DiskError
    {
        get;
        set
        {
            field = value;
            SetGate(ServerGate.DiskError, value is not null);
        }
    }

    private void SetGate(ServerGate gate, bool on) => _gate = on ? _gate | gate : _gate & ~gate;

    /// <summary>
    /// False when the command was refused, queued or put to rest: there is nothing to run.
    /// </summary>
    private bool PassGate(
        Client client,
        Command? command,
        CommandBatch batch,
        ReadOnlySpan<ArgRef> args,
        ReplyBatch reply)
    {
        if (client.Has(ClientGate.ReplyOff | ClientGate.ReplySkip | ClientGate.ReplySkipNext))
        {
            Silence(client, reply);
        }

        // What still has sub-commands and arguments was not found among them.
        if (command?.Handler is null || (command.Subcommands is not null && args.Length > 1))
        {
            RejectUnknown(client, command, batch, args);
            return false;
        }

        if (!command.ArityFits(args.Length))
        {
            Errors.WrongArity(DraftError(), command.FullNameBytes);
            Reject(client, command, DraftedError);
            return false;
        }

        if (client.Has(ClientGate.NeedsAuth) && !command.Is(CommandFlags.NoAuth))
        {
            Reject(client, command, Errors.NoAuth);
            return false;
        }

        return PassRights(client, command, batch, args)
            && PassMemory(client, command)
            && PassServerState(client, command)
            && PassClientState(client, command, batch, args, reply);
    }

    private bool PassServerState(Client client, Command command)
    {
        bool asksDisk = (_gate & (ServerGate.DiskError | ServerGate.SnapshotError)) != 0
            && (command.Name == "ping" || Runs(client, command, CommandFlags.Write, true));
        if (asksDisk && (_gate & ServerGate.DiskError) != 0)
        {
            Reject(client, command, System.Text.Encoding.UTF8.GetBytes(DiskError!));
            return false;
        }

        if (asksDisk && (_gate & ServerGate.SnapshotError) != 0 && RefusesWritesForSnapshot)
        {
            Reject(client, command, Errors.MisconfSnapshot);
            return false;
        }

        if ((_gate & ServerGate.Loading) != 0
            && Runs(client, command, CommandFlags.Loading, false))
        {
            Reject(client, command, Errors.Loading);
            return false;
        }

        return true;
    }

    // EXEC is what was queued: a command that may not be executed now may not be in it either.
    private static bool Runs(Client client, Command command, CommandFlags flag, bool has)
    {
        if (command.Is(flag) == has) return true;
        if (command.FullName != "exec" || !client.Has(ClientGate.Multi)) return false;
        return client.QueuedCommands.Exists(queued => queued.Is(flag) == has);
    }

    private bool PassClientState(
        Client client,
        Command command,
        CommandBatch batch,
        ReadOnlySpan<ArgRef> args,
        ReplyBatch reply)
    {
        if (client.Has(ClientGate.Subscriber) && !client.Resp3
            && !command.Is(CommandFlags.SubscriberMay))
        {
            Errors.SubscriberContext(DraftError(), command.FullNameBytes);
            Reject(client, command, DraftedError);
            return false;
        }

        if (client.Has(ClientGate.Monitor) && command.Is(
            CommandFlags.ReadOnly | CommandFlags.Write | CommandFlags.MayReplicate))
        {
            Reject(client, command, Errors.MonitorKeyspace);
            return false;
        }

        if ((_gate & ServerGate.Paused) != 0 && MustWait(client, command))
        {
            Postpone(client);
            return false;
        }

        if (!client.Has(ClientGate.Multi) || command.Is(CommandFlags.RunsInMulti)) return true;
        if (command.Is(CommandFlags.NoMulti))
        {
            Reject(client, command, Errors.NotInTransaction);
            return false;
        }

        if (command.Is(CommandFlags.Protected) && !DebugCommand.MayRun(Config, client))
        {
            Reject(client, command, DebugCommand.NotAllowedText);
            return false;
        }

        Queue(client, command, batch, args);
        Account(client);
        reply.Raw("+QUEUED\r\n"u8);
        return false;
    }

    /// <summary>Answers an error to a command that is not executed.</summary>
    internal void Reject(Client client, Command? command, ReadOnlySpan<byte> text)
    {
        if (client.Has(ClientGate.Multi)) client.Set(ClientGate.DirtyExec, true);
        if (command is not null) command.RejectedCalls++;
        if (command is { FullName: "exec" } && client.Has(ClientGate.Multi))
        {
            // A refused EXEC ends the transaction.
            client.DropQueue();
            Unwatch(client);
            Account(client);
            // A copy: the reason may be a draft itself.
            byte[] reason = (text.StartsWith("ERR "u8) ? text[4..] : text).ToArray();
            Errors.ExecAborted(DraftError(), reason);
            text = DraftedError;
        }

        CountError(text);
        BeginReply(client).Error(text);
    }

    private void RejectUnknown(
        Client client, Command? container, CommandBatch batch, ReadOnlySpan<ArgRef> args)
    {
        RespWriter draft = DraftError();
        if (container is null)
        {
            Errors.UnknownCommandText text = new(stackalloc byte[Errors.UnknownCommandText.Bytes]);
            text.Begin(batch.Bytes(args[0]));
            for (int i = 1; i < args.Length && text.AddArgument(batch.Bytes(args[i])); i++)
            {
            }

            text.Write(draft);
        }
        else if (args.Length == 1)
        {
            Errors.WrongArity(draft, container.FullNameBytes);
        }
        else
        {
            byte[] name = System.Text.Encoding.ASCII.GetBytes(container.Spec.Name);
            Errors.UnknownSubcommand(draft, name, batch.Bytes(args[1]));
        }

        Reject(client, container, DraftedError);
    }

    // The command has not begun: CLIENT REPLY SKIP is still for it.
    private void UndoSilence(Client client)
    {
        if ((_afterCommand & After.SilentReply) == 0) return;
        _afterCommand &= ~After.SilentReply;
        if (!client.Has(ClientGate.ReplySkip)) return;
        client.Set(ClientGate.ReplySkip, false);
        client.Set(ClientGate.ReplySkipNext, true);
    }

    /// <summary>CLIENT REPLY: what this command answers is taken back when it is done.</summary>
    private void Silence(Client client, ReplyBatch reply)
    {
        if (client.Has(ClientGate.ReplySkipNext))
        {
            client.Set(ClientGate.ReplySkipNext, false);
            client.Set(ClientGate.ReplySkip, true);
        }

        _silentFrom = reply.Here();
        _afterCommand |= After.SilentReply;
    }
}
