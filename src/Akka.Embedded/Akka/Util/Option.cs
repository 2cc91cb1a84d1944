namespace Akka.Util;

/// <summary>A value that may be absent.</summary>
public readonly struct Option<T>(T value)
{
    public bool HasValue => value is not null;

    public T Value => value;

    public T GetOrElse(T fallbackValue) => HasValue ? Value : fallbackValue;
}
