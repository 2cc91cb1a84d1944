using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// Values of the host's types: an identifier, tagged parts, an end mark. They are written aside
// first, because a type of the host may throw, and half a value must not get into a file.
internal sealed partial class RdbValueWriter
{
    private const int KeptBytes = 1 << 20;

    private RdbWriter _custom = new();
    private Handle _encoded;

    /// <summary>The values of the host's types.</summary>
    internal CustomValues Customs { get; set; } = null!;

    /// <summary>
    /// Writes a value aside: a Write of the same value takes it from there, until it is forgotten.
    /// </summary>
    internal void Encode(Entry entry)
    {
        if (_custom.Length > KeptBytes) _custom = new RdbWriter();
        _custom.Clear();
        _custom.Compress = Compresses;
        _encoded = Handle.Null;
        CustomType type = Customs.TypeOf(entry.Payload.Block);
        _custom.Count(type.Id);
        type.SaveValue(Customs.ValueOf(entry.Payload.Block), new CustomWriter(_custom));
        _custom.Count((ulong)CustomPart.End);
        _encoded = entry.Payload.Block;
    }

    /// <summary>What was written aside is not to be used any more.</summary>
    internal void ForgetEncoded() => _encoded = Handle.Null;

    private void WriteCustom(RdbWriter to, Entry entry)
    {
        if (_encoded != entry.Payload.Block) Encode(entry);
        to.Bytes(_custom.Written);
        ForgetEncoded();
    }
}
