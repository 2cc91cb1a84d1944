using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Rights: who a client is and what it may do. A client whose user may do everything never comes
// here; for the others one bit of their gate sends each command the long way.
public sealed partial class RotomEngine
{
    private readonly KeyPositions _aclKeys = new();

    /// <summary>The users.</summary>
    internal AclUsers Acl { get; }

    /// <summary>What was refused lately.</summary>
    internal AclLog AclLog { get; } = new();

    /// <summary>Commands refused for want of a right, by kind, for INFO.</summary>
    internal AclDenials AclDenials { get; } = new();

    /// <summary>The file of the users; null when <c>aclfile</c> names none.</summary>
    public IAclFile? AclFile { get; set; }

    /// <summary>
    /// Takes the users from <see cref="AclFile"/>, as ACL LOAD does; null, or what is wrong.
    /// </summary>
    public string? LoadAclFile()
    {
        if (AclFile is null) return null;
        if (!AclFile.TryRead(out string text, out string error))
        {
            return $"Error loading ACLs, opening file '{Config.AclFile}': {error}";
        }

        string? wrong = Acl.TryLoad(text);
        if (wrong is null) OnUsersChanged();
        return wrong;
    }

    /// <summary>Makes a client act as a user.</summary>
    internal void BecomeUser(Client client, AclUser user)
    {
        client.Acl = user;
        client.Set(ClientGate.Restricted, !user.IsUnlimited);
    }

    /// <summary>A new connection, or one that said RESET: the default user, if it needs no word.
    /// </summary>
    internal void BecomeDefaultUser(Client client)
    {
        BecomeUser(client, Acl.Default);
        if (!Acl.NeedsAuth) return;
        client.Set(ClientGate.NeedsAuth, true);
        Order(client, ClientOrderKind.Unauthenticated);
    }

    /// <summary>AUTH and HELLO: false, logged, when name and password do not go together.</summary>
    internal bool TryAuthenticate(
        in CommandContext c, ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        Client client = c.Client;
        AclUser? found = Acl.Authenticate(name, password);
        NoteGuess(client.Link, found is not null);
        if (found is not { } user)
        {
            LogDenial(client, AclVerdict.Auth, c[0], ByteText.FromBytes(name));
            return false;
        }

        BecomeUser(client, user);
        if (!client.Has(ClientGate.NeedsAuth)) return true;
        client.Set(ClientGate.NeedsAuth, false);
        Order(client, ClientOrderKind.Authenticated);
        return true;
    }

    /// <summary>May a client's user run a command with these words?</summary>
    internal AclVerdict CheckRights(AclUser user, Command command, in ArgView words, out int at)
    {
        _aclKeys.Clear();
        if (KeyExtractor.MayHaveKeys(command.Spec))
        {
            KeyExtractor.TryExtract(command.Spec, words, _aclKeys);
        }

        return user.Check(command, words, _aclKeys, out at);
    }

    /// <summary>Drafts the text that a client without a right hears; see DraftedError.</summary>
    private void DraftNoPermission(AclVerdict verdict, Command command)
    {
        RespWriter draft = DraftError();
        switch (verdict)
        {
            case AclVerdict.Command:
                draft.Error(
                    "NOPERM this user has no permissions to run the '"u8, command.FullNameBytes,
                    "' command"u8);
                break;
            case AclVerdict.Key:
                draft.Error("NOPERM this user has no permissions to access one of the keys used "u8
                    + "as arguments"u8);
                break;
            default:
                draft.Error("NOPERM this user has no permissions to access one of the channels "u8
                    + "used as arguments"u8);
                break;
        }
    }

    /// <summary>
    /// May the command read keys that its words do not name (SORT BY and GET)? Only a selector with
    /// all keys allows that.
    /// </summary>
    internal bool MayReadEveryKey(in CommandContext c)
    {
        if (!c.Client.Has(ClientGate.Restricted)) return true;
        ArgView words = new(c.Batch, c.Args);
        foreach (AclSelector selector in c.Client.Acl.Selectors)
        {
            if (selector.Commands.Allows(c.Command, words)
                && selector.AllowsEveryKey(AclKeyRights.Read))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds what was refused to ACL LOG.</summary>
    /// <param name="client">Who was refused.</param>
    /// <param name="reason">Why.</param>
    /// <param name="what">Command, key or channel.</param>
    /// <param name="user">The user, when it is not the client's.</param>
    internal void LogDenial(
        Client client, AclVerdict reason, ReadOnlySpan<byte> what, string? user = null)
    {
        AclDenials.Count(reason);
        StringBuilder info = new();
        ClientInfo.Append(info, client, NowMs);
        AclLogEntry entry = new()
        {
            Id = AclLog.NextId,
            Reason = reason,
            Context = client.Has(ClientGate.Multi | ClientGate.InExec)
                ? AclContext.Multi
                : AclContext.TopLevel,
            Object = what.ToArray(),
            User = user ?? client.Acl.Name,
            Client = info.ToString(),
            CreatedMs = NowMs,
            UpdatedMs = NowMs,
        };
        AclLog.Add(entry, Config.AclLogMaxLen);
    }

    /// <summary>Users came, changed or went: clients follow; those whose user is gone are closed.
    /// </summary>
    internal void OnUsersChanged()
    {
        foreach (Client client in new List<Client>(_clients.Values))
        {
            if (client.Acl.IsGone) CloseForLackOfUser(client);
            else client.Set(ClientGate.Restricted, !client.Acl.IsUnlimited);
        }
    }

    /// <summary>A user lost channels: its clients that listen to one of them are closed.</summary>
    internal void CloseListenersWithoutRights(AclUser user)
    {
        foreach (Client client in new List<Client>(_clients.Values))
        {
            if (client.Acl == user && ListensWithoutRights(client)) CloseForLackOfUser(client);
        }
    }

    private void CloseForLackOfUser(Client client)
    {
        if (ReferenceEquals(client, _executing)) CloseAfterReply(client);
        else CloseNow(client);
    }

    private static bool ListensWithoutRights(Client client)
    {
        foreach (Sds channel in client.Channels ?? [])
        {
            if (!client.Acl.AllowsChannel(channel.Span, isPattern: false)) return true;
        }

        foreach (Sds channel in client.ShardChannels ?? [])
        {
            if (!client.Acl.AllowsChannel(channel.Span, isPattern: false)) return true;
        }

        foreach (Sds pattern in client.Patterns ?? [])
        {
            if (!client.Acl.AllowsChannel(pattern.Span, isPattern: true)) return true;
        }

        return false;
    }

    // May the client do that? If not it is in the log by now.
    private AclVerdict Judge(
        Client client, Command command, CommandBatch batch, ReadOnlySpan<ArgRef> args)
    {
        ArgView words = new(batch, args);
        AclVerdict verdict = CheckRights(client.Acl, command, words, out int at);
        if (verdict == AclVerdict.Allowed) return verdict;
        LogDenial(
            client, verdict, verdict == AclVerdict.Command ? command.FullNameBytes : words[at]);
        return verdict;
    }

    private bool PassRights(
        Client client, Command command, CommandBatch batch, ReadOnlySpan<ArgRef> args)
    {
        if (!client.Has(ClientGate.Restricted)) return true;
        AclVerdict verdict = Judge(client, command, batch, args);
        if (verdict == AclVerdict.Allowed) return true;
        DraftNoPermission(verdict, command);
        Reject(client, command, DraftedError);
        return false;
    }

    /// <summary>
    /// May a client still have what it waits for? Its rights may have changed meanwhile: then it
    /// has been answered, and the next one is served.
    /// </summary>
    internal bool MayBeServed(Waiter waiter)
    {
        Client client = waiter.Client;
        if (!client.Has(ClientGate.Restricted)) return true;
        Command command = waiter.Command!;
        CommandRef range = waiter.Words!.Commands[0];
        AclVerdict verdict = Judge(
            client, command, waiter.Words,
            waiter.Words.Args.Slice(range.FirstArg, range.ArgCount));
        if (verdict == AclVerdict.Allowed) return true;
        DraftNoPermission(verdict, command);
        CountError(DraftedError);
        command.RejectedCalls++;
        Free(waiter);
        if (!waiter.IsSilent && !client.Has(ClientGate.ReplyOff))
            BeginReply(client).Error(DraftedError);
        EndPush();
        return false;
    }

    /// <summary>
    /// EXEC: the rights may have changed since a command was queued. False when it must not run; it
    /// has been answered then.
    /// </summary>
    private bool MayStillRun(
        Client client, Command command, CommandBatch batch, ReadOnlySpan<ArgRef> args)
    {
        if (!client.Has(ClientGate.Restricted)) return true;
        AclVerdict verdict = Judge(client, command, batch, args);
        if (verdict == AclVerdict.Allowed) return true;
        ReadOnlySpan<byte> why = verdict switch
        {
            AclVerdict.Command => "no permission to execute the command or subcommand"u8,
            AclVerdict.Key => "no permission to touch the specified keys"u8,
            _ => "no permission to access one of the channels used as arguments to the command"u8,
        };
        DraftError().Error(
            "NOPERM ACLs rules changed between the moment the transaction was accumulated and "u8
            + "the EXEC call. This command is no longer allowed for the following reason: "u8,
            why, default);
        CountError(DraftedError);
        command.RejectedCalls++;
        BeginReply(client).Error(DraftedError);
        return false;
    }
}

/// <summary>How often a right was wanting, by kind (INFO stats, acl_access_denied_*).</summary>
internal sealed class AclDenials
{
    internal long Auth { get; private set; }

    internal long Command { get; private set; }

    internal long Key { get; private set; }

    internal long Channel { get; private set; }

    internal void Count(AclVerdict verdict)
    {
        switch (verdict)
        {
            case AclVerdict.Auth: Auth++; break;
            case AclVerdict.Command: Command++; break;
            case AclVerdict.Key: Key++; break;
            case AclVerdict.Channel: Channel++; break;
        }
    }

    internal void Reset() => Auth = Command = Key = Channel = 0;
}
