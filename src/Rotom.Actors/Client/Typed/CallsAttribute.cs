using System;
using System.Collections.Generic;

namespace Rotom.Actors.Client;

/// <summary>
/// Which commands of the engine's table a method sends, <c>CONFIG|GET</c> for one of a container.
/// A test compares them with the table: every command has a method, or a reason to have none.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CallsAttribute(params string[] commands) : Attribute
{
    internal IReadOnlyList<string> Commands { get; } = commands;
}
