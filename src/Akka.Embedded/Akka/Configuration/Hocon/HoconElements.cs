namespace Akka.Configuration.Hocon;

/// <summary>One piece of a value: text, a list, an object or a substitution.</summary>
public interface IHoconElement;

/// <summary>Text: a string, number, boolean or null, which the reader tells apart.</summary>
public class HoconLiteral : IHoconElement
{
    public string Value { get; set; }

    /// <summary>Was in quotes, so it is a string even when it reads null.</summary>
    internal bool Quoted { get; init; }

    /// <summary>Blanks between two pieces on a line: they count in a string only.</summary>
    internal bool Blank { get; init; }

    internal bool IsNull => !Quoted && Value is null or "null";

    public override string ToString() => Value;
}

/// <summary>A list of values.</summary>
public class HoconArray : List<HoconValue>, IHoconElement
{
    public override string ToString() => "[" + string.Join(",", this) + "]";
}

/// <summary>Keys with their values, in the order of the text.</summary>
public class HoconObject : IHoconElement
{
    public Dictionary<string, HoconValue> Items { get; } = [];

    public HoconValue GetKey(string key) => Items.GetValueOrDefault(key);

    public override string ToString() => ToString(0);

    public string ToString(int indent)
    {
        string margin = new(' ', indent * 2);
        IEnumerable<string> lines = Items.Select(
            item => margin + HoconPath.Quote(item.Key, dots: false)
                + $" : {item.Value.ToString(indent)}\n");
        return string.Concat(lines);
    }
}

/// <summary>What a text was parsed to.</summary>
public class HoconRoot(HoconValue value, IEnumerable<HoconSubstitution> substitutions)
{
    public HoconRoot(HoconValue value) : this(value, []) { }

    public HoconValue Value => value;

    public IEnumerable<HoconSubstitution> Substitutions => substitutions;
}

/// <summary>A <c>${path}</c> or <c>${?path}</c>, and its value once it is known.</summary>
public class HoconSubstitution : IHoconElement
{

    public HoconSubstitution(string path) => Path = path;

    internal HoconSubstitution(string path, bool optional, HoconPosition at)
        : this(path) => (IsOptional, At) = (optional, at);

    public string Path { get; set; }

    public HoconValue ResolvedValue { get; set; }

    internal bool IsOptional { get; }

    /// <summary>Means the earlier value of its own key, whatever the path (<c>+=</c>).</summary>
    internal bool IsEarlierSelf { get; init; }

    /// <summary>Means exactly ResolvedValue, whatever the path (a merge put off).</summary>
    internal bool IsBound { get; init; }

    /// <summary>The keys under which the file was included that this stands in.</summary>
    internal string[] Prefix { get; set; } = [];

    internal HoconPosition At { get; }
}
