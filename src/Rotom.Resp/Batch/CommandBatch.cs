using System;
using System.Collections.Generic;

namespace Rotom.Resp.Batch;

// CommandBatch: everything one network loop read in one turn, on its way to the keyspace.
//
// A turn sends one batch, however many clients and commands it holds, so that the cost of a message
// between actors is paid once. The batch owns the bytes: sockets are read straight into Input, and
// arguments are offsets into it (or into a query buffer that grew too big for it and was adopted).
// Nothing is allocated per command: the three tables only ever grow.
//
// Layout: Runs -> Commands -> Args. A run is a stretch of commands of one client, so the client is
// looked up once a run and not once a command.
//
// Ownership moves with the message: the network loop fills it, the keyspace reads it and gives it
// back with the ReplyBatch. Not thread-safe; exactly one side touches it at any moment.

/// <summary>Where one argument lies: buffer number, offset and length in bytes.</summary>
public readonly record struct ArgRef(int Buffer, int Offset, int Length);

/// <summary>One command of a batch: its slice of the argument table.</summary>
public readonly record struct CommandRef(int FirstArg, int ArgCount);

/// <summary>A stretch of consecutive commands of one client.</summary>
public struct CommandRun
{
    /// <summary>The client.</summary>
    public ClientLink Link;

    /// <summary>Index of its first command in the batch.</summary>
    public int FirstCommand;

    /// <summary>How many commands follow it.</summary>
    public int CommandCount;

    /// <summary>
    /// Set when the client's input is broken after these commands: the text of the error to answer
    /// (without the leading <c>-</c> and the line end) before it is closed.
    /// </summary>
    public string? ProtocolError;
}

/// <summary>All commands that one network loop read in one turn; pooled, reused.</summary>
public sealed class CommandBatch
{
    /// <summary>Bytes of input a batch takes before it is cut and sent.</summary>
    public const int InputCapacity = 1 << 20;

    /// <summary>
    /// Room behind every buffer, so that 8-byte loads past the end are in bounds.
    /// </summary>
    public const int Slack = 64;

    // One array of at most this size is kept for the next large argument, for so many turns.
    private static readonly int s_spareBytesMax = HeapLimit.AtMost((32 << 20) + (64 << 10), 64);
    private const int SpareIdleTurnsMax = 256;

    // Entries of the tables that are kept after a burst.
    private static readonly int s_entriesKept = HeapLimit.AtMost(1 << 18, 1 << 10);

    private readonly List<byte[]> _rented = [];
    private readonly bool _pinned = true;
    private byte[][] _buffers = new byte[4][];
    private byte[]? _spare;
    private int _spareIdleTurns;
    private int _bufferCount = 1;
    private ArgRef[] _args;
    private CommandRef[] _commands;
    private CommandRun[] _runs;
    private int _argCount;
    private int _commandCount;
    private int _runCount;

    /// <summary>
    /// Makes an empty batch with its input buffer (pinned, for the system calls).
    /// </summary>
    public CommandBatch(int inputCapacity = InputCapacity)
    {
        _args = new ArgRef[1024];
        _commands = new CommandRef[256];
        _runs = new CommandRun[64];
        _buffers[0] = GC.AllocateUninitializedArray<byte>(inputCapacity + Slack, pinned: true);
    }

    private CommandBatch(int bytes, int args)
    {
        _pinned = false;
        _buffers = new byte[1][];
        _args = new ArgRef[args];
        _commands = new CommandRef[1];
        _runs = new CommandRun[1];
        _buffers[0] = new byte[bytes + Slack];
    }

    /// <summary>
    /// Makes a small batch for copies of one client's commands, which no socket is read into: what
    /// waits with a client may be there once a client.
    /// </summary>
    /// <param name="bytes">Bytes of arguments it takes before it grows.</param>
    /// <param name="args">Arguments it takes before it grows.</param>
    public static CommandBatch ForCopies(int bytes, int args) => new(bytes, Math.Max(1, args));

    /// <summary>The loop that filled the batch: the one its replies go back to.</summary>
    public int Loop { get; set; }

    /// <summary>Clients that connected since the last batch; handled before the commands.</summary>
    public List<ClientLink> Opened { get; } = [];

    /// <summary>What senders in the same process gave along with commands.</summary>
    public CommandExtras Extras { get; } = new();

    /// <summary>Clients that are gone since the last batch; handled after the commands.</summary>
    public List<ClientLink> Closed { get; } = [];

    /// <summary>
    /// The batch's own input buffer; <see cref="InputUsed"/> bytes of it are taken.
    /// </summary>
    public byte[] Input => _buffers[0];

    /// <summary>Bytes of <see cref="Input"/> in use. The reader moves it forward.</summary>
    public int InputUsed { get; set; }

    /// <summary>Bytes of <see cref="Input"/> still free.</summary>
    public int InputFree => _buffers[0].Length - Slack - InputUsed;

    /// <summary>About what the batch takes: its own buffer and its tables.</summary>
    public long HeldBytes =>
        _buffers[0].Length + ((long)_args.Length * 12) + ((long)_commands.Length * 8);

    /// <summary>Number of complete commands.</summary>
    public int CommandCount => _commandCount;

    /// <summary>Number of arguments of all commands.</summary>
    public int ArgCount => _argCount;

    /// <summary>True when there is nothing to send.</summary>
    public bool IsEmpty => _runCount == 0 && Opened.Count == 0 && Closed.Count == 0;

    /// <summary>The runs, in the order in which they were read.</summary>
    public ReadOnlySpan<CommandRun> Runs => new(_runs, 0, _runCount);

    /// <summary>The commands of the batch, in the order in which they were read.</summary>
    public ReadOnlySpan<CommandRef> Commands => new(_commands, 0, _commandCount);

    /// <summary>The arguments of the batch.</summary>
    public ReadOnlySpan<ArgRef> Args => new(_args, 0, _argCount);

    /// <summary>The bytes of one argument; valid until the batch is reset.</summary>
    public ReadOnlySpan<byte> Bytes(in ArgRef arg) =>
        new(_buffers[arg.Buffer], arg.Offset, arg.Length);

    /// <summary>
    /// Takes over a buffer that is not <see cref="Input"/> (a query buffer grown for a large
    /// argument) until the batch is reset; the caller must not write to it any more.
    /// </summary>
    /// <returns>The buffer's number, for <see cref="AddArg"/>.</returns>
    public int AdoptBuffer(byte[] buffer)
    {
        if (_bufferCount == _buffers.Length) Array.Resize(ref _buffers, _buffers.Length * 2);
        _buffers[_bufferCount] = buffer;
        return _bufferCount++;
    }

    /// <summary>The number that the next adopted buffer gets.</summary>
    internal int NextBuffer => _bufferCount;

    /// <summary>The arguments' table itself, for the scanner.</summary>
    internal ArgRef[] ArgTable => _args;

    /// <summary>The commands' table itself, for the scanner.</summary>
    internal CommandRef[] CommandTable => _commands;

    /// <summary>Adopts a buffer that goes back to the pool when the batch is reset.</summary>
    internal void AdoptRented(byte[] buffer)
    {
        AdoptBuffer(buffer);
        _rented.Add(buffer);
    }

    /// <summary>
    /// An array of at least this capacity that an earlier turn's large argument left, if there is
    /// one: a run of large values then costs neither collections nor fresh pages.
    /// </summary>
    /// <param name="capacity">Bytes it must hold.</param>
    /// <param name="wanted">Bytes it will have to hold in the end.</param>
    internal byte[]? TakeSpare(int capacity, long wanted)
    {
        if (_spare is null) return null;
        // Not a far larger one: its room would count as memory that the client takes.
        int has = QueryMemory.Capacity(_spare);
        if (has < capacity || has / 2 > Math.Max(capacity, wanted)) return null;
        byte[] spare = _spare;
        _spare = null;
        return spare;
    }

    /// <summary>Makes room in the arguments' table, of which some are in use.</summary>
    internal ArgRef[] GrowArgs(int used, int more)
    {
        Array.Resize(ref _args, Math.Max(_args.Length * 2, used + more));
        return _args;
    }

    /// <summary>Makes room in the commands' table.</summary>
    internal CommandRef[] GrowCommands(int used)
    {
        Array.Resize(ref _commands, used * 2);
        return _commands;
    }

    /// <summary>Takes over what the scanner wrote into the tables, for the open run.</summary>
    internal void Publish(int argCount, int commandCount)
    {
        _runs[_runCount - 1].CommandCount += commandCount - _commandCount;
        _argCount = argCount;
        _commandCount = commandCount;
    }

    /// <summary>
    /// Adds one argument to the command that <see cref="EndCommand"/> will close.
    /// </summary>
    public void AddArg(int buffer, int offset, int length)
    {
        if (_argCount == _args.Length) Array.Resize(ref _args, _args.Length * 2);
        _args[_argCount++] = new ArgRef(buffer, offset, length);
    }

    /// <summary>
    /// Adds a copy of an argument, for a batch that outlives the one it came from.
    /// </summary>
    public void AddCopy(ReadOnlySpan<byte> argument)
    {
        if (InputFree < argument.Length)
        {
            byte[] bigger = GC.AllocateUninitializedArray<byte>(
                checked((_buffers[0].Length * 2) + argument.Length + Slack), _pinned);
            Input.AsSpan(0, InputUsed).CopyTo(bigger);
            _buffers[0] = bigger;
        }

        argument.CopyTo(Input.AsSpan(InputUsed));
        AddArg(0, InputUsed, argument.Length);
        InputUsed += argument.Length;
    }

    /// <summary>Forgets the arguments added from <paramref name="argCount"/> on.</summary>
    public void TruncateArgs(int argCount) => _argCount = argCount;

    /// <summary>Opens a run of commands of a client. Ends the run before it.</summary>
    public void BeginRun(ClientLink link)
    {
        if (_runCount == _runs.Length) Array.Resize(ref _runs, _runs.Length * 2);
        ref CommandRun run = ref _runs[_runCount++];
        run.Link = link;
        run.FirstCommand = _commandCount;
        run.CommandCount = 0;
        run.ProtocolError = null;
    }

    /// <summary>
    /// Closes a command made of all arguments from <paramref name="firstArg"/> on.
    /// </summary>
    public void EndCommand(int firstArg)
    {
        if (_commandCount == _commands.Length) Array.Resize(ref _commands, _commands.Length * 2);
        _commands[_commandCount++] = new CommandRef(firstArg, _argCount - firstArg);
        _runs[_runCount - 1].CommandCount++;
    }

    /// <summary>Gives something along with the command that was ended last.</summary>
    public void AddExtra(IValueReader? reader, short ticket, object? tag) =>
        Extras.Add(new CommandExtra(_commandCount - 1, reader, ticket, tag));

    /// <summary>Marks the open run's client as broken: the engine answers and closes it.</summary>
    public void Fail(string protocolError) => _runs[_runCount - 1].ProtocolError = protocolError;

    /// <summary>Drops the open run if it holds no command and no error.</summary>
    /// <returns>True when the run stays: its client is answered by this batch's replies.</returns>
    public bool EndRun()
    {
        ref CommandRun run = ref _runs[_runCount - 1];
        if (run.CommandCount != 0 || run.ProtocolError is not null) return true;
        run = default;
        _runCount--;
        return false;
    }

    /// <summary>Forgets the last run with all its commands.</summary>
    public void DropRun()
    {
        ref CommandRun run = ref _runs[_runCount - 1];
        if (run.CommandCount != 0) _argCount = _commands[run.FirstCommand].FirstArg;
        _commandCount = run.FirstCommand;
        run = default;
        _runCount--;
    }

    /// <summary>
    /// Empties the batch for its next turn. Adopted buffers are let go: from here on no span into
    /// the batch may be used.
    /// </summary>
    public void Reset()
    {
        Array.Clear(_runs, 0, _runCount);
        for (int i = 1; i < _bufferCount; i++) _buffers[i] = null!;
        foreach (byte[] buffer in _rented) KeepOrReturn(buffer);
        if (_spare is not null && ++_spareIdleTurns > SpareIdleTurnsMax) _spare = null;
        _rented.Clear();
        _bufferCount = 1;
        _runCount = _commandCount = _argCount = 0;
        InputUsed = 0;
        Opened.Clear();
        Closed.Clear();
        Extras.Clear();
        ShrinkAfterBurst();
#if POISON
        Input.AsSpan().Fill(0xDD);
#endif
    }

    private void KeepOrReturn(byte[] buffer)
    {
        bool keep = buffer.Length > QueryMemory.PooledBytesMax && buffer.Length <= s_spareBytesMax
            && (_spare is null || _spare.Length < buffer.Length);
        if (!keep)
        {
            QueryMemory.Return(buffer);
            return;
        }

#if POISON
        buffer.AsSpan().Fill(0xDD);
#endif
        _spare = buffer;
        _spareIdleTurns = 0;
    }

    private void ShrinkAfterBurst()
    {
        if (_args.Length > s_entriesKept) _args = new ArgRef[1024];
        if (_commands.Length > s_entriesKept) _commands = new CommandRef[256];
    }
}
