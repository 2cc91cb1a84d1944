using Rotom.Engine.Persist;

namespace Rotom.Engine;

// Values as bytes: DUMP, RESTORE, snapshots.
public sealed partial class RotomEngine
{
    /// <summary>Writes values as RDB has them.</summary>
    internal RdbValueWriter ValueWriter =>
        field ??= new RdbValueWriter(Heap, Config, Payloads.Hashes);

    /// <summary>Reads values from bytes that nobody vouches for.</summary>
    internal RdbValueReader ValueReader => field ??= new RdbValueReader(this);

    /// <summary>The payloads of DUMP and RESTORE.</summary>
    internal DumpPayload DumpPayload => field ??= new DumpPayload(ValueWriter);

    /// <summary>Reads the payloads of RESTORE.</summary>
    internal RdbReader PayloadReader => field ??= new RdbReader();
}
