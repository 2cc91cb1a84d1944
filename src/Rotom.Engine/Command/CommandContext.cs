using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// CommandContext: all that a handler sees. It lives on the stack for one command.
//
// Arguments are spans into the batch (or the transaction queue, or the journal being replayed);
// they are valid until the handler returns. Replies go through Reply, errors through Error, so that
// they are counted. Whoever changes a key says so by Changed: that one call marks watchers,
// invalidates client-side caches, counts for save points, notifies, and makes the command
// propagate.

/// <summary>One command being executed.</summary>
public ref partial struct CommandContext
{
    private readonly CommandBatch _batch;
    private readonly ReadOnlySpan<ArgRef> _args;
    private readonly ReplyBatch _reply;
    private ulong _firstKeyHash;
    private bool _hasFirstKeyHash;

    internal CommandContext(
        RotomEngine engine,
        Client client,
        Command command,
        CommandBatch batch,
        ReadOnlySpan<ArgRef> args,
        ReplyBatch reply)
    {
        Engine = engine;
        Client = client;
        Command = command;
        _batch = batch;
        _args = args;
        _reply = reply;
    }

    /// <summary>The engine.</summary>
    public RotomEngine Engine { get; }

    /// <summary>The client that sent the command.</summary>
    public Client Client { get; }

    /// <summary>The command.</summary>
    public Command Command { get; }

    /// <summary>The client's selected database.</summary>
    public readonly Database Database => Client.Database;

    /// <summary>Number of words, the command's name included.</summary>
    public readonly int ArgCount => _args.Length;

    /// <summary>A word of the command; 0 is its name. Valid until the handler returns.</summary>
    public readonly ReadOnlySpan<byte> this[int index] => _batch.Bytes(_args[index]);

    /// <summary>Where the reply is written, in the client's protocol version.</summary>
    public readonly ReplyBatch Reply
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ClientLink link = Client.Link;
            if (!ReferenceEquals(_reply.Current, link)) _reply.Begin(link, Client.Resp3);
            return _reply;
        }
    }

    /// <summary>Milliseconds since 1970 UTC, the same during a whole command.</summary>
    public readonly long NowMs => Engine.NowMs;

    /// <summary>The <paramref name="n"/>-th key of the command, by its key specification.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Key Key(int n)
    {
        int at = n == 0 && Command.FirstKey > 0
            ? Command.FirstKey
            : RotomEngine.KeyPosition(in this, n);
        ReadOnlySpan<byte> bytes = this[at];
        if (n != 0) return new Key(bytes, Engine.Hash(bytes));
        if (!_hasFirstKeyHash)
        {
            _firstKeyHash = Engine.Hash(bytes);
            _hasFirstKeyHash = true;
        }

        return new Key(bytes, _firstKeyHash);
    }

    /// <summary>How many keys the command has.</summary>
    public readonly int KeyCount => RotomEngine.CountKeys(in this);

    /// <summary>Answers an error (text without <c>-</c>, with its code) and counts it.</summary>
    public readonly void Error(ReadOnlySpan<byte> text)
    {
        Engine.CountError(text);
        Reply.Error(text);
    }

    /// <summary>Answers an error that ends with an argument, up to a NUL as C prints it.</summary>
    internal readonly void ErrorEchoing(ReadOnlySpan<byte> text, ReadOnlySpan<byte> echoed)
    {
        int end = echoed.IndexOf((byte)0);
        Engine.DraftError().Error(text, end < 0 ? echoed : echoed[..end], default);
        Error(Engine.DraftedError);
    }

    /// <summary>Answers an error and counts it.</summary>
    public readonly void Error(string text) => Error(System.Text.Encoding.Latin1.GetBytes(text));

    /// <summary>
    /// Says that the command changed a key: watchers and caches are told, the event is published to
    /// those who want notifications, and the command is propagated.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="notifyClass">Class of the event.</param>
    /// <param name="eventName">Name of the event, as Redis' documentation lists them.</param>
    public readonly void Changed(Key key, NotifyClass notifyClass, ReadOnlySpan<byte> eventName)
    {
        Engine.SignalModifiedKey(Database, key.Bytes, Client);
        Engine.Notify(notifyClass, eventName, key.Bytes, Database);
        Engine.Dirty++;
    }

    /// <summary>Only marks watchers and caches; for a command that notifies by itself.</summary>
    public readonly void SignalModified(Key key) =>
        Engine.SignalModifiedKey(Database, key.Bytes, Client);

    /// <summary>Publishes a keyspace event without marking anything as changed.</summary>
    public readonly void Notify(NotifyClass notifyClass, ReadOnlySpan<byte> name, Key key) =>
        Engine.Notify(notifyClass, name, key.Bytes, Database);

    /// <summary>
    /// Propagates other commands instead of this one: effects, absolute times. Call it once or more
    /// per command; the command itself is then not propagated.
    /// </summary>
    public readonly EffectWriter PropagateInstead(int words)
    {
        Engine.Propagation.Override();
        return Engine.Propagation.Begin(Database.Index, words);
    }

    /// <summary>The command is not propagated though it changed something.</summary>
    public readonly void PropagateNothing() => Engine.Propagation.Override();

    internal readonly ReadOnlySpan<ArgRef> Args => _args;

    internal readonly CommandBatch Batch => _batch;

    internal void UseFirstKeyHash(ulong hash)
    {
        _firstKeyHash = hash;
        _hasFirstKeyHash = true;
    }
}
