namespace Rotom.Engine;

// Buffers that a command uses from its beginning to its end, kept for the next one.
public sealed partial class RotomEngine
{
    private HyperLogLogEdit? _hyperLogLogEdit;

    /// <summary>Where values of PFADD are changed; made at the first use.</summary>
    internal HyperLogLogEdit HyperLogLogEdit => _hyperLogLogEdit ??= new HyperLogLogEdit();
}
