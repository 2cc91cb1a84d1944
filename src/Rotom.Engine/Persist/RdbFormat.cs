namespace Rotom.Engine.Persist;

// The numbers of Redis' RDB format. A file is
//
//   "REDIS" and four digits of the version | records | 0xFF | CRC-64, little endian, or eight zeros
//
// and a record is an opcode with its operands, or the type of a value, its key and the value. What
// opcodes say about expiry, idle time or frequency is about the next key. A value alone, between
// its type and a footer of version and CRC, is what DUMP answers.
//
// Versions differ in which types occur, not in how one is written: what is read is decided by the
// type alone. Written is the lowest version that has all types of the file.

/// <summary>Versions of the format.</summary>
internal static class RdbVersion
{
    /// <summary>Oldest version that is read.</summary>
    internal const int Oldest = 1;

    /// <summary>Newest version that is read.</summary>
    internal const int Newest = 12;

    /// <summary>What is written when all values have a type that Redis 7.0 knows.</summary>
    internal const int Base = 10;

    /// <summary>The first one whose hashes have fields with a time to live.</summary>
    internal const int FieldExpiry = 12;

    /// <summary>The first one that ends in a checksum.</summary>
    internal const int Checksum = 5;
}

/// <summary>Types of values: how one is laid out, not only what it is.</summary>
internal enum RdbType : byte
{
    String = 0,
    List = 1,
    Set = 2,
    SortedSet = 3,
    Hash = 4,
    SortedSet2 = 5,
    ModulePreGA = 6,
    Module = 7,
    HashZipmap = 9,
    ListZiplist = 10,
    SetIntset = 11,
    SortedSetZiplist = 12,
    HashZiplist = 13,
    ListQuicklist = 14,
    StreamListpacks = 15,
    HashListpack = 16,
    SortedSetListpack = 17,
    ListQuicklist2 = 18,
    StreamListpacks2 = 19,
    SetListpack = 20,
    StreamListpacks3 = 21,
    HashExpiringPreGA = 22,
    HashListpackExpiringPreGA = 23,
    HashExpiring = 24,
    HashListpackExpiring = 25,
}

/// <summary>What stands where a type could.</summary>
internal enum RdbOpcode : byte
{
    SlotInfo = 244,
    Function2 = 245,
    FunctionPreGA = 246,
    ModuleAux = 247,
    Idle = 248,
    Frequency = 249,
    Aux = 250,
    ResizeDatabase = 251,
    ExpireMs = 252,
    ExpireSeconds = 253,
    SelectDatabase = 254,
    End = 255,
}

/// <summary>How a string is laid out, when not as a length and its bytes.</summary>
internal enum RdbStringEncoding
{
    Int8 = 0,
    Int16 = 1,
    Int32 = 2,
    Lzf = 3,
}

/// <summary>What a node of a list of type 18 holds.</summary>
internal enum RdbListNode
{
    Plain = 1,
    Packed = 2,
}
