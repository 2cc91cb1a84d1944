using System;

namespace Rotom.Resp;

// Errors: the texts of Redis' error replies, word for word as Redis 7.0 to 7.2 answers them, since
// clients and their users match on them. Each begins with its code. A text that a single command
// owns stays with the command; what two commands share is here.
//
// Texts are UTF-8 literals in the program's image: reading one allocates nothing.

/// <summary>
/// The texts of error replies, for <see cref="RespWriter.Error(ReadOnlySpan{byte})"/>.
/// </summary>
public static partial class Errors
{
    /// <summary>The key holds another type than the command works on.</summary>
    public static ReadOnlySpan<byte> WrongType =>
        "WRONGTYPE Operation against a key holding the wrong kind of value"u8;

    /// <summary>Options that make no sense, or are not known.</summary>
    public static ReadOnlySpan<byte> Syntax => "ERR syntax error"u8;

    /// <summary>An argument or a value is no 64-bit integer.</summary>
    public static ReadOnlySpan<byte> NotInteger =>
        "ERR value is not an integer or out of range"u8;

    /// <summary>An argument or a value is no double.</summary>
    public static ReadOnlySpan<byte> NotFloat => "ERR value is not a valid float"u8;

    /// <summary>An argument that must be positive is not.</summary>
    public static ReadOnlySpan<byte> MustBePositive =>
        "ERR value is out of range, must be positive"u8;

    /// <summary>An integer is outside what the argument allows.</summary>
    public static ReadOnlySpan<byte> OutOfRange => "ERR value is out of range"u8;

    /// <summary>INCR and its kin would leave 64 bits.</summary>
    public static ReadOnlySpan<byte> Overflow => "ERR increment or decrement would overflow"u8;

    /// <summary>DECRBY of the smallest integer.</summary>
    public static ReadOnlySpan<byte> DecrementOverflow => "ERR decrement would overflow"u8;

    /// <summary>INCRBYFLOAT would leave the finite numbers.</summary>
    public static ReadOnlySpan<byte> FloatOverflow =>
        "ERR increment would produce NaN or Infinity"u8;

    /// <summary>A negative offset where only positive ones make sense.</summary>
    public static ReadOnlySpan<byte> OffsetOutOfRange => "ERR offset is out of range"u8;

    /// <summary>A string would grow beyond proto-max-bulk-len.</summary>
    public static ReadOnlySpan<byte> StringTooLong =>
        "ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8;

    /// <summary>RENAME, LSET and the like on a missing key.</summary>
    public static ReadOnlySpan<byte> NoSuchKey => "ERR no such key"u8;

    /// <summary>LSET and the like outside of the list.</summary>
    public static ReadOnlySpan<byte> IndexOutOfRange => "ERR index out of range"u8;

    /// <summary>COPY and MOVE onto itself.</summary>
    public static ReadOnlySpan<byte> SameObject =>
        "ERR source and destination objects are the same"u8;

    /// <summary>RESTORE, COPY onto an existing key.</summary>
    public static ReadOnlySpan<byte> BusyKey => "BUSYKEY Target key name already exists."u8;

    /// <summary>SELECT, SWAPDB, MOVE, COPY with a database that is not.</summary>
    public static ReadOnlySpan<byte> DatabaseOutOfRange => "ERR DB index is out of range"u8;

    /// <summary>A cursor of SCAN that is no number.</summary>
    public static ReadOnlySpan<byte> InvalidCursor => "ERR invalid cursor"u8;

    /// <summary>A timeout that is no number.</summary>
    public static ReadOnlySpan<byte> TimeoutNotFloat =>
        "ERR timeout is not a float or out of range"u8;

    /// <summary>A timeout in milliseconds that is no integer.</summary>
    public static ReadOnlySpan<byte> TimeoutNotInteger =>
        "ERR timeout is not an integer or out of range"u8;

    /// <summary>A timeout below zero.</summary>
    public static ReadOnlySpan<byte> TimeoutNegative => "ERR timeout is negative"u8;

    /// <summary>A timeout beyond what a clock can count.</summary>
    public static ReadOnlySpan<byte> TimeoutOutOfRange => "ERR timeout is out of range"u8;

    /// <summary>EXPIRE with NX and XX, GT or LT.</summary>
    public static ReadOnlySpan<byte> ExpireNxExcludes =>
        "ERR NX and XX, GT or LT options at the same time are not compatible"u8;

    /// <summary>EXPIRE with GT and LT.</summary>
    public static ReadOnlySpan<byte> ExpireGtExcludesLt =>
        "ERR GT and LT options at the same time are not compatible"u8;

    /// <summary>A client that has to authenticate first.</summary>
    public static ReadOnlySpan<byte> NoAuth => "NOAUTH Authentication required."u8;

    /// <summary>HELLO without AUTH by a client that has to authenticate first.</summary>
    public static ReadOnlySpan<byte> NoAuthHello =>
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO "u8
        + "<proto> AUTH <user> <pass> option can be used to authenticate the client and select "u8
        + "the RESP protocol version at the same time"u8;

    /// <summary>AUTH with a wrong name or password.</summary>
    public static ReadOnlySpan<byte> WrongPassword =>
        "WRONGPASS invalid username-password pair or user is disabled."u8;

    /// <summary>AUTH with a password where none is set.</summary>
    public static ReadOnlySpan<byte> NoPasswordSet =>
        "ERR AUTH <password> called without any password configured for the default user. "u8
        + "Are you sure your configuration is correct?"u8;

    /// <summary>HELLO with a version that is neither 2 nor 3.</summary>
    public static ReadOnlySpan<byte> NoProto => "NOPROTO unsupported protocol version"u8;

    /// <summary>HELLO with a version that is no number.</summary>
    public static ReadOnlySpan<byte> ProtoNotInteger =>
        "ERR Protocol version is not an integer or out of range"u8;

    /// <summary>The data is being loaded.</summary>
    public static ReadOnlySpan<byte> Loading => "LOADING Redis is loading the dataset in memory"u8;

    /// <summary>Writes are refused because a snapshot failed.</summary>
    public static ReadOnlySpan<byte> MisconfSnapshot =>
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist "u8
        + "to disk. Commands that may modify the data set are disabled, because this instance is "u8
        + "configured to report errors during writes if RDB snapshotting fails "u8
        + "(stop-writes-on-bgsave-error option). Please check the Redis logs for details about "u8
        + "the RDB error."u8;

    /// <summary>Writes are refused because the AOF cannot be written; the reason follows.</summary>
    public static ReadOnlySpan<byte> MisconfAof => "MISCONF Errors writing to the AOF file: "u8;

    /// <summary>Writes are refused because memory is used up.</summary>
    public static ReadOnlySpan<byte> OutOfMemory =>
        "OOM command not allowed when used memory > 'maxmemory'."u8;

    /// <summary>Writes to a replica.</summary>
    public static ReadOnlySpan<byte> ReadOnlyReplica =>
        "READONLY You can't write against a read only replica."u8;

    /// <summary>Reads from a replica without its master.</summary>
    public static ReadOnlySpan<byte> MasterDown =>
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."u8;

    /// <summary>Writes with too few replicas.</summary>
    public static ReadOnlySpan<byte> NoReplicas =>
        "NOREPLICAS Not enough good replicas to write."u8;

    /// <summary>A script has the server.</summary>
    public static ReadOnlySpan<byte> Busy =>
        "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."u8;

    /// <summary>EVALSHA of an unknown script.</summary>
    public static ReadOnlySpan<byte> NoScript => "NOSCRIPT No matching script. Please use EVAL."u8;

    /// <summary>EXEC after an error while queueing.</summary>
    public static ReadOnlySpan<byte> ExecAbort =>
        "EXECABORT Transaction discarded because of previous errors."u8;

    /// <summary>EXEC without MULTI.</summary>
    public static ReadOnlySpan<byte> ExecWithoutMulti => "ERR EXEC without MULTI"u8;

    /// <summary>DISCARD without MULTI.</summary>
    public static ReadOnlySpan<byte> DiscardWithoutMulti => "ERR DISCARD without MULTI"u8;

    /// <summary>MULTI inside MULTI.</summary>
    public static ReadOnlySpan<byte> NestedMulti => "ERR MULTI calls can not be nested"u8;

    /// <summary>WATCH inside MULTI.</summary>
    public static ReadOnlySpan<byte> WatchInMulti => "ERR WATCH inside MULTI is not allowed"u8;

    /// <summary>A monitor that sends a command on keys.</summary>
    public static ReadOnlySpan<byte> MonitorKeyspace =>
        "ERR Replica can't interact with the keyspace"u8;

    /// <summary>A command that may not be queued.</summary>
    public static ReadOnlySpan<byte> NotInTransaction =>
        "ERR Command not allowed inside a transaction"u8;

    /// <summary>A blocked client that was released by CLIENT UNBLOCK ERROR.</summary>
    public static ReadOnlySpan<byte> Unblocked =>
        "UNBLOCKED client unblocked via CLIENT UNBLOCK"u8;

    /// <summary>WAITAOF asks for this server's disk, which keeps nothing.</summary>
    public static ReadOnlySpan<byte> WaitAofWithoutAof =>
        "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled."u8;

    /// <summary>
    /// A blocked client released because its server became a replica or restarted.
    /// </summary>
    public static ReadOnlySpan<byte> UnblockedRole =>
        "UNBLOCKED force unblock from blocking operation, instance state changed "u8
        + "(master -> replica?)"u8;

    /// <summary>CLUSTER on a server that is no cluster.</summary>
    public static ReadOnlySpan<byte> ClusterDisabled =>
        "ERR This instance has cluster support disabled"u8;

    /// <summary>No room for one more client.</summary>
    public static ReadOnlySpan<byte> MaxClients => "ERR max number of clients reached"u8;

    /// <summary>CLIENT KILL and the like without a match.</summary>
    public static ReadOnlySpan<byte> NoSuchClient => "ERR No such client"u8;

    /// <summary>RESTORE of bytes that are no dump.</summary>
    public static ReadOnlySpan<byte> BadDump =>
        "ERR DUMP payload version or checksum are wrong"u8;

    /// <summary>A command's handler failed; the details are in the log.</summary>
    public static ReadOnlySpan<byte> Internal =>
        "ERR internal error, see the server's log for details"u8;

    /// <summary>A remote client on a server without password in protected mode.</summary>
    public static ReadOnlySpan<byte> ProtectedMode =>
        "DENIED Redis is running in protected mode because protected mode is enabled and no "u8
        + "password is set for the default user. In this mode connections are only accepted from "u8
        + "the loopback interface. If you want to connect from external computers to Redis you "u8
        + "may adopt one of the following solutions: 1) Just disable protected mode sending the "u8
        + "command 'CONFIG SET protected-mode no' from the loopback interface by connecting to "u8
        + "Redis from the same host the server is running, however MAKE SURE Redis is not "u8
        + "publicly accessible from internet if you do so. Use CONFIG REWRITE to make this "u8
        + "change permanent. "u8
        + "2) Alternatively you can just disable the protected mode by editing the "u8
        + "Redis configuration file, and setting the protected mode option to 'no', and then "u8
        + "restarting the server. 3) If you started the server manually just for testing, "u8
        + "restart it with the '--protected-mode no' option. "u8
        + "4) Setup an authentication password for the "u8
        + "default user. NOTE: You only need to do one of the above things in order for the "u8
        + "server to start accepting connections from the outside."u8;
}
