namespace Akka.Configuration.Hocon;

// A value: the pieces that stood after a key. Once a text is parsed and resolved there is one
// piece: a literal, a list or an object. Until then a value that holds substitutions, or several
// pieces, or an object over an earlier value of the same key, is Pending; HoconResolver settles it.
// No piece at all means undefined (all its substitutions were optional and had no value).

/// <summary>A value of HOCON, with a reader for each type a setting may have.</summary>
public class HoconValue
{
    internal HoconValue(List<IHoconElement> values) => Values = values;

    /// <summary>The pieces.</summary>
    internal List<IHoconElement> Values { get; set; }

    /// <summary>What the key held before this value was written after it.</summary>
    internal HoconValue Prior { get; set; }

    internal bool Pending { get; set; }

    internal bool Resolving { get; set; }

    internal bool Visiting { get; set; }

    internal bool Resolved { get; set; }

    internal HoconPosition At { get; init; }

    /// <summary>True for no value and for an object without keys.</summary>
    public bool IsEmpty =>
        Values.Count == 0 || (Values[0] is HoconObject first && first.Items.Count == 0);

    internal static HoconValue Of(IHoconElement element) => new([element]);

    /// <summary>The upper value over the lower, neither changed; if both are objects, one with the
    /// keys of both. For finished trees.</summary>
    internal static HoconValue Over(HoconValue upper, HoconValue lower) =>
        upper.GetObject() is { } above && lower.GetObject() is { } below
            ? Of(HoconObject.Over(above, below, Over)) : upper.Values.Count == 0 ? lower : upper;

    public bool IsObject() => GetObject() is not null;

    /// <summary>The object, or null if this is something else.</summary>
    public HoconObject GetObject() => Values.FirstOrDefault() as HoconObject;

    public bool IsArray() => Values.FirstOrDefault() is HoconArray;

    /// <summary>The list; of an object with numbers as keys its values in that order.</summary>
    public IList<HoconValue> GetArray()
    {
        if (GetObject() is { } keyed)
            return keyed.Items.Where(item => int.TryParse(item.Key, out _))
                .OrderBy(item => int.Parse(item.Key, CultureInfo.InvariantCulture))
                .Select(item => item.Value).ToList();
        return Values.OfType<HoconArray>().SelectMany(items => items).ToList();
    }

    public bool IsString() => Values.Count > 0 && Values.TrueForAll(value => value is HoconLiteral);

    public string GetString() => !IsString() || Values is [HoconLiteral { IsNull: true }] ? null
        : string.Concat(Values.Select(value => ((HoconLiteral)value).Value));

    public bool GetBoolean() => GetString() switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        string other => throw new NotSupportedException($"'{other}' is no boolean."),
        null => throw new NotSupportedException("There is no boolean here."),
    };

    public int GetInt() => int.Parse(Text(), NumberFormatInfo.InvariantInfo);

    public long GetLong() => long.Parse(Text(), NumberFormatInfo.InvariantInfo);

    public double GetDouble() => double.Parse(Text(), NumberFormatInfo.InvariantInfo);

    /// <summary>A duration; milliseconds without a unit.</summary>
    public TimeSpan GetTimeSpan(bool allowInfinite = true) =>
        HoconUnits.Duration(Text(), allowInfinite);

    /// <summary>A size in bytes.</summary>
    public long? GetByteSize() => HoconUnits.Bytes(Text());

    public IList<int> GetIntList() => List(value => value.GetInt());

    public IList<string> GetStringList() => List(value => value.GetString());

    /// <summary>A configuration with this value as its root.</summary>
    public Config ToConfig() => new(new HoconRoot(this));

    public override string ToString() => ToString(0);

    /// <summary>The value as HOCON, nested objects indented.</summary>
    public virtual string ToString(int indent)
    {
        if (GetObject() is { } keyed)
        {
            string margin = new(' ', indent * 2);
            return "{\n" + string.Concat(keyed.Items.Select(item =>
                $"{margin}  {HoconPath.Quote(item.Key, dots: false)} : "
                + item.Value.ToString(indent + 1) + "\n")) + margin + "}";
        }

        if (IsArray())
            return "[" + string.Join(",", GetArray().Select(v => v.ToString(indent + 1))) + "]";

        return GetString() is { } text ? HoconPath.Quote(text) : "null";
    }

    private string Text() =>
        GetString() ?? throw new FormatException("There is no text here to read a value from.");

    private List<T> List<T>(Func<HoconValue, T> read) => GetArray().Select(read).ToList();
}
