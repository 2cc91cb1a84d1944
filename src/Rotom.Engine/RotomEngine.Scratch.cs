using System.Collections.Generic;

namespace Rotom.Engine;

// Buffers that a command uses from its beginning to its end, kept for the next one.
public sealed partial class RotomEngine
{
    private readonly List<int> _scratchArgs = [];
    private HyperLogLogEdit? _hyperLogLogEdit;

    /// <summary>Where values of PFADD are changed; made at the first use.</summary>
    internal HyperLogLogEdit HyperLogLogEdit => _hyperLogLogEdit ??= new HyperLogLogEdit();

    /// <summary>An empty list for numbers of arguments.</summary>
    internal List<int> ScratchArgs()
    {
        _scratchArgs.Clear();
        return _scratchArgs;
    }
}
