using System.Collections.Generic;

namespace Akka.Util;

/// <summary>A value that may be absent.</summary>
public readonly struct Option<T>
{
    public static readonly Option<T> None;

    public Option(T value)
    {
        Value = value;
        HasValue = value is not null;
    }

    public bool HasValue { get; }

    public T Value { get; }

    public T GetOrElse(T fallbackValue) => HasValue ? Value : fallbackValue;

    public override bool Equals(object obj) =>
        obj is Option<T> other && HasValue == other.HasValue
        && EqualityComparer<T>.Default.Equals(Value, other.Value);

    public override int GetHashCode() => HasValue ? Value.GetHashCode() : 0;

    public override string ToString() => HasValue ? $"Some<{Value}>" : "None";
}
