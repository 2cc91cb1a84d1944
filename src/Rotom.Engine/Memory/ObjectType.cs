namespace Rotom.Engine.Memory;

/// <summary>What a key holds; the numbers are those of Redis' objects.</summary>
internal enum ObjectType : byte
{
    String = 0,
    List = 1,
    Set = 2,
    SortedSet = 3,
    Hash = 4,
    Module = 5,
    Stream = 6,
}

/// <summary>How a value is kept, as OBJECT ENCODING names it.</summary>
internal enum ObjectEncoding : byte
{
    Raw = 0,
    Int = 1,
    Embstr = 2,
    Listpack = 3,
    Quicklist = 4,
    Hashtable = 5,
    Intset = 6,
    Skiplist = 7,
    Stream = 8,
    ListpackEx = 9,
    HashtableEx = 10,
}
