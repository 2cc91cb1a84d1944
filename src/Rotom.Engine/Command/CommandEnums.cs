using System;

namespace Rotom.Engine;

/// <summary>
/// What a command does and where it may run; COMMAND INFO shows them by Redis' names.
/// </summary>
[Flags]
public enum CommandFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>May change the keyspace.</summary>
    Write = 1 << 0,

    /// <summary>Only reads the keyspace.</summary>
    ReadOnly = 1 << 1,

    /// <summary>May use more memory: refused when over <c>maxmemory</c>.</summary>
    DenyOom = 1 << 2,

    /// <summary>For administrators.</summary>
    Admin = 1 << 3,

    /// <summary>Pub/sub.</summary>
    PubSub = 1 << 4,

    /// <summary>Not allowed in scripts.</summary>
    NoScript = 1 << 5,

    /// <summary>May block the client.</summary>
    Blocking = 1 << 6,

    /// <summary>Allowed while the data set is being loaded.</summary>
    Loading = 1 << 7,

    /// <summary>Allowed on a replica with stale data.</summary>
    Stale = 1 << 8,

    /// <summary>Not shown by MONITOR.</summary>
    SkipMonitor = 1 << 9,

    /// <summary>Not logged in SLOWLOG.</summary>
    SkipSlowlog = 1 << 10,

    /// <summary>Accepts the ASKING state in a cluster.</summary>
    Asking = 1 << 11,

    /// <summary>O(1) or O(log N): never delays others.</summary>
    Fast = 1 << 12,

    /// <summary>Allowed before authentication.</summary>
    NoAuth = 1 << 13,

    /// <summary>May replicate though it does not write.</summary>
    MayReplicate = 1 << 14,

    /// <summary>Its keys are optional.</summary>
    NoMandatoryKeys = 1 << 15,

    /// <summary>Allowed while a script runs too long.</summary>
    AllowBusy = 1 << 16,

    /// <summary>Not allowed inside MULTI.</summary>
    NoMulti = 1 << 17,

    /// <summary>Refused while loading asynchronously.</summary>
    NoAsyncLoading = 1 << 18,

    /// <summary>The positions of its keys depend on its arguments (set by the table).</summary>
    MovableKeys = 1 << 19,

    /// <summary>A placeholder that only holds sub-commands.</summary>
    Container = 1 << 20,

    /// <summary>Executed at once inside MULTI (EXEC, DISCARD, MULTI, WATCH, QUIT, RESET).</summary>
    RunsInMulti = 1 << 21,

    /// <summary>Allowed to a RESP2 client that is subscribed.</summary>
    SubscriberMay = 1 << 22,

    /// <summary>Refused unless a setting allows it (DEBUG).</summary>
    Protected = 1 << 23,
}

/// <summary>ACL categories; the table adds those that follow from the flags.</summary>
[Flags]
public enum Acl
{
    /// <summary>None beyond those that follow from the flags.</summary>
    None = 0,
    /// <summary>@keyspace.</summary>
    Keyspace = 1 << 0,
    /// <summary>@read (follows from ReadOnly).</summary>
    Read = 1 << 1,
    /// <summary>@write (follows from Write).</summary>
    Write = 1 << 2,
    /// <summary>@set.</summary>
    Set = 1 << 3,
    /// <summary>@sortedset.</summary>
    SortedSet = 1 << 4,
    /// <summary>@list.</summary>
    List = 1 << 5,
    /// <summary>@hash.</summary>
    Hash = 1 << 6,
    /// <summary>@string.</summary>
    String = 1 << 7,
    /// <summary>@bitmap.</summary>
    Bitmap = 1 << 8,
    /// <summary>@hyperloglog.</summary>
    HyperLogLog = 1 << 9,
    /// <summary>@geo.</summary>
    Geo = 1 << 10,
    /// <summary>@stream.</summary>
    Stream = 1 << 11,
    /// <summary>@pubsub (follows from PubSub).</summary>
    PubSub = 1 << 12,
    /// <summary>@admin (follows from Admin).</summary>
    Admin = 1 << 13,
    /// <summary>@fast (follows from Fast).</summary>
    Fast = 1 << 14,
    /// <summary>@slow (follows from the absence of Fast).</summary>
    Slow = 1 << 15,
    /// <summary>@blocking (follows from Blocking).</summary>
    Blocking = 1 << 16,
    /// <summary>@dangerous (follows from Admin; KEYS and its like name it).</summary>
    Dangerous = 1 << 17,
    /// <summary>@connection.</summary>
    Connection = 1 << 18,
    /// <summary>@transaction.</summary>
    Transaction = 1 << 19,
    /// <summary>@scripting.</summary>
    Scripting = 1 << 20,
}

/// <summary>The group COMMAND DOCS puts a command into.</summary>
public enum Group
{
    /// <summary>generic.</summary>
    Generic,
    /// <summary>string.</summary>
    String,
    /// <summary>list.</summary>
    List,
    /// <summary>set.</summary>
    Set,
    /// <summary>sorted-set.</summary>
    SortedSet,
    /// <summary>hash.</summary>
    Hash,
    /// <summary>pubsub.</summary>
    PubSub,
    /// <summary>transactions.</summary>
    Transactions,
    /// <summary>connection.</summary>
    Connection,
    /// <summary>server.</summary>
    Server,
    /// <summary>scripting.</summary>
    Scripting,
    /// <summary>hyperloglog.</summary>
    HyperLogLog,
    /// <summary>cluster.</summary>
    Cluster,
    /// <summary>geo.</summary>
    Geo,
    /// <summary>stream.</summary>
    Stream,
    /// <summary>bitmap.</summary>
    Bitmap,
    /// <summary>module: commands of the host.</summary>
    Module,
}

/// <summary>
/// What a command does with a key, as the flags of COMMAND INFO's key specifications.
/// </summary>
[Flags]
public enum Access
{
    /// <summary>
    /// RO: the value is only read, and not returned or copied unless Get is set too.
    /// </summary>
    RO = 1 << 0,
    /// <summary>RW: changed, its old value matters.</summary>
    RW = 1 << 1,
    /// <summary>OW: overwritten, its old value does not matter.</summary>
    OW = 1 << 2,
    /// <summary>RM: removed.</summary>
    RM = 1 << 3,
    /// <summary>The user's data is returned, copied or used.</summary>
    Get = 1 << 4,
    /// <summary>The value is changed; may depend on the old one.</summary>
    Update = 1 << 5,
    /// <summary>Data is added; the old value stays.</summary>
    Insert = 1 << 6,
    /// <summary>Content is deleted.</summary>
    Delete = 1 << 7,
    /// <summary>Not a key, but must be treated like one (sharded channels).</summary>
    NotKey = 1 << 8,
    /// <summary>The specification may not find all keys.</summary>
    Incomplete = 1 << 9,
    /// <summary>Which of the flags hold depends on the arguments.</summary>
    VariableFlags = 1 << 10,

    /// <summary>Reads and returns the value: RO, Get.</summary>
    Read = RO | Get,
}
