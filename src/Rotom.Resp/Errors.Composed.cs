using System;
using System.Text;
using Rotom.Resp.Batch;

namespace Rotom.Resp;

// The error texts that name a command or echo what the client sent. Redis cuts what it echoes at
// 128 bytes; the writer turns line ends and NUL into blanks, so a reply stays one reply.

/// <summary>
/// The texts of error replies, for <see cref="RespWriter.Error(ReadOnlySpan{byte})"/>.
/// </summary>
public static partial class Errors
{
    /// <summary>Redis' limit on echoed names and on echoed arguments in all.</summary>
    private const int EchoBytesMax = 128;

    /// <summary>Too few or too many arguments.</summary>
    /// <param name="to">Where to write the reply.</param>
    /// <param name="command">Full name in lower case, as <c>get</c> or <c>config|get</c>.</param>
    public static void WrongArity(RespWriter to, ReadOnlySpan<byte> command) =>
        to.Error("ERR wrong number of arguments for '"u8, command, "' command"u8);

    /// <summary>An expiry that is not positive or leaves the range of time.</summary>
    public static void InvalidExpire(RespWriter to, ReadOnlySpan<byte> command) =>
        to.Error("ERR invalid expire time in '"u8, command, "' command"u8);

    /// <summary>A sub-command that does not exist.</summary>
    /// <param name="to">Where to write the reply.</param>
    /// <param name="container">The command's name in upper case.</param>
    /// <param name="sub">The sub-command as the client sent it.</param>
    public static void UnknownSubcommand(
        RespWriter to, ReadOnlySpan<byte> container, ReadOnlySpan<byte> sub)
    {
        Text text = new(stackalloc byte[EchoBytesMax + 128]);
        text.Add(Cut(sub));
        text.Add("'. Try "u8);
        text.Add(Cut(container));
        to.Error("ERR unknown subcommand '"u8, text.Bytes, " HELP."u8);
    }

    /// <summary>
    /// A container whose sub-command or whose arguments it cannot make sense of.
    /// </summary>
    public static void UnknownSubcommandOrArity(
        RespWriter to, ReadOnlySpan<byte> container, ReadOnlySpan<byte> sub)
    {
        Text text = new(stackalloc byte[EchoBytesMax + 128]);
        text.Add(Cut(sub));
        text.Add("'. Try "u8);
        text.Add(Cut(container));
        to.Error(
            "ERR unknown subcommand or wrong number of arguments for '"u8, text.Bytes, " HELP."u8);
    }

    /// <summary>A command that does not exist, with its arguments as far as they fit.</summary>
    public static void UnknownCommand(RespWriter to, CommandBatch batch, in CommandRef command)
    {
        ReadOnlySpan<ArgRef> args = batch.Args.Slice(command.FirstArg, command.ArgCount);
        UnknownCommandText text = new(stackalloc byte[UnknownCommandText.Bytes]);
        text.Begin(batch.Bytes(args[0]));
        for (int i = 1; i < args.Length && text.AddArgument(batch.Bytes(args[i])); i++)
        {
        }

        text.Write(to);
    }

    /// <summary>A command the user may not run.</summary>
    public static void NoPermission(RespWriter to, ReadOnlySpan<byte> command) =>
        to.Error("NOPERM this user has no permissions to run the '"u8, command, "' command"u8);

    /// <summary>Keys that the user may not touch.</summary>
    public static ReadOnlySpan<byte> NoPermissionKey =>
        "NOPERM this user has no permissions to access one of the keys used as arguments"u8;

    /// <summary>Channels that the user may not touch.</summary>
    public static ReadOnlySpan<byte> NoPermissionChannel =>
        "NOPERM this user has no permissions to access one of the channels used as arguments"u8;

    /// <summary>A command that a subscriber in RESP2 may not run.</summary>
    public static void SubscriberContext(RespWriter to, ReadOnlySpan<byte> command) =>
        to.Error(
            "ERR Can't execute '"u8,
            command,
            ("': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in "u8
                + "this context"u8));

    /// <summary>EXEC that is refused as a whole; the reason has no code.</summary>
    public static void ExecAborted(RespWriter to, ReadOnlySpan<byte> reason) =>
        to.Error("EXECABORT Transaction discarded because of: "u8, reason, default);

    /// <summary>An error text as a string, for logs and exceptions.</summary>
    public static string Show(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text);

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> echoed)
    {
        // Redis formats names with %.128s, which also ends at a NUL.
        if (echoed.Length > EchoBytesMax) echoed = echoed[..EchoBytesMax];
        int end = echoed.IndexOf((byte)0);
        return end < 0 ? echoed : echoed[..end];
    }

    /// <summary>
    /// Builds the error for an unknown command argument by argument, for callers whose arguments
    /// are not in a batch.
    /// </summary>
    public ref struct UnknownCommandText
    {
        /// <summary>Room it needs: name and arguments as Redis cuts them, and quotes.</summary>
        public const int Bytes = (2 * EchoBytesMax) + 64;

        private Text _text;
        private int _argumentBytes;

        /// <summary>Makes an empty text in memory of the caller.</summary>
        public UnknownCommandText(Span<byte> memory) => _text = new Text(memory);

        /// <summary>Puts down the command's name.</summary>
        public void Begin(ReadOnlySpan<byte> name)
        {
            _text.Add(Cut(name));
            _text.Add("', with args beginning with: "u8);
        }

        /// <summary>Puts down an argument if there is room.</summary>
        /// <returns>False when there is no room for more.</returns>
        public bool AddArgument(ReadOnlySpan<byte> argument)
        {
            if (_argumentBytes >= EchoBytesMax) return false;
            ReadOnlySpan<byte> shown = Cut(argument);
            int room = EchoBytesMax - _argumentBytes;
            if (shown.Length > room) shown = shown[..room];
            _text.Add("'"u8);
            _text.Add(shown);
            _text.Add("' "u8);
            _argumentBytes += shown.Length + 3;
            return true;
        }

        /// <summary>Writes the reply.</summary>
        public readonly void Write(RespWriter to) =>
            to.Error("ERR unknown command '"u8, _text.Bytes, default);
    }

    /// <summary>Pieces put together in memory of the caller.</summary>
    private ref struct Text(Span<byte> memory)
    {
        private readonly Span<byte> _memory = memory;
        private int _length;

        public readonly ReadOnlySpan<byte> Bytes => _memory[.._length];

        public void Add(ReadOnlySpan<byte> piece)
        {
            piece.CopyTo(_memory[_length..]);
            _length += piece.Length;
        }
    }
}
