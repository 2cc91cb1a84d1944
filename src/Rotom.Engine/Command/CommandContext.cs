namespace Rotom.Engine;

/// <summary>One command being executed.</summary>
public ref partial struct CommandContext;
