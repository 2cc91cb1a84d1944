namespace Akka.Configuration.Hocon;

/// <summary>One piece of a value: text, a list, an object or a substitution.</summary>
internal interface IHoconElement;

/// <summary>Text: a string, number, boolean or null, which the reader tells apart. What was in
/// quotes is a string even when it reads null; blanks between two pieces on a line count in a
/// string only.</summary>
internal sealed record HoconLiteral(string Value, bool Quoted = false, bool Blank = false)
    : IHoconElement { internal bool IsNull => !Quoted && Value == "null"; }

/// <summary>A list of values.</summary>
internal sealed class HoconArray : List<HoconValue>, IHoconElement;

/// <summary>Keys with their values, in the order of the text.</summary>
public class HoconObject : IHoconElement
{
    internal HoconObject() { }

    public Dictionary<string, HoconValue> Items { get; } = [];

    public HoconValue GetKey(string key) => Items.GetValueOrDefault(key);

    /// <summary>The keys of both; what both have is for the caller to join.</summary>
    internal static HoconObject Over(HoconObject upper, HoconObject lower,
        Func<HoconValue, HoconValue, HoconValue> both)
    {
        HoconObject joined = new();
        foreach ((string key, HoconValue value) in lower.Items) joined.Items[key] = value;
        foreach ((string key, HoconValue value) in upper.Items)
            joined.Items[key] = lower.GetKey(key) is { } hidden ? both(value, hidden) : value;
        return joined;
    }
}

/// <summary>What a text was parsed to.</summary>
public class HoconRoot(HoconValue value, IEnumerable<HoconSubstitution> substitutions)
{
    public HoconRoot(HoconValue value) : this(value, []) { }

    public HoconValue Value => value;

    public IEnumerable<HoconSubstitution> Substitutions => substitutions;
}

/// <summary>A <c>${path}</c> or <c>${?path}</c>.</summary>
public class HoconSubstitution : IHoconElement
{
    internal HoconSubstitution() { }

    internal string Path { get; init; }

    internal bool IsOptional { get; init; }

    /// <summary>Means the earlier value of its own key, whatever the path (<c>+=</c>).</summary>
    internal bool IsEarlierSelf { get; init; }

    /// <summary>Means exactly this value, whatever the path (a merge put off).</summary>
    internal HoconValue Bound { get; init; }

    /// <summary>The keys under which the file was included that this stands in.</summary>
    internal string[] Prefix { get; set; } = [];

    internal HoconPosition At { get; init; }
}
