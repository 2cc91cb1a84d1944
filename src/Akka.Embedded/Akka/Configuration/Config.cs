namespace Akka.Configuration;

// Config: a tree of HOCON values, read by dotted path, over a chain of fallbacks.
//
// Root is the merged tree: objects of this layer and of its fallbacks are joined key by key,
// anything else in an upper layer hides what is below. Merging copies the objects it joins and
// shares the rest, so a Config never changes once made and may be read from any thread.
// A path element that contains a dot is written in quotes: a."b.c".d

/// <summary>An immutable configuration.</summary>
public class Config
{
    /// <summary>A configuration without any key.</summary>
    public static readonly Config Empty = new();

    public Config() : this(new HoconRoot(HoconValue.Of(new HoconObject()))) { }

    public Config(HoconRoot root)
    {
        Root = root.Value ?? throw new ArgumentNullException(nameof(root));
        Substitutions = root.Substitutions;
    }

    /// <summary>True when there is no key at all, fallbacks included.</summary>
    public virtual bool IsEmpty => Root.IsEmpty;

    /// <summary>The merged tree.</summary>
    public virtual HoconValue Root { get; }

    /// <summary>The substitutions that the text of this layer contained.</summary>
    public IEnumerable<HoconSubstitution> Substitutions { get; set; }

    /// <summary>This configuration over its fallbacks and, below them, the given one.</summary>
    public virtual Config WithFallback(Config fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("A Config can't be its own fallback.", nameof(fallback));

        return fallback is null or { IsEmpty: true } ? this
            : new Config(new HoconRoot(HoconValue.Over(Root, fallback.Root)));
    }

    /// <summary>The value at a path, or null.</summary>
    public HoconValue GetValue(string path)
    {
        HoconValue node = Root;
        foreach (string key in HoconPath.Split(path)) node = node?.GetObject()?.GetKey(key);
        return node;
    }

    /// <summary>True if the path has a value, null included.</summary>
    public virtual bool HasPath(string path) => GetValue(path) is not null;

    /// <summary>The section at a path, fallbacks merged in; null if there is none.</summary>
    public virtual Config GetConfig(string path) => GetValue(path)?.ToConfig();

    public virtual bool GetBoolean(string path, bool @default = false) =>
        GetValue(path) is { } value ? value.GetBoolean() : @default;

    /// <summary>A size in bytes: a number, its unit of tens (kB) or of twos (KiB).</summary>
    public virtual long? GetByteSize(string path, long? def = null) =>
        GetValue(path) is { } value ? value.GetByteSize() : def;

    public virtual int GetInt(string path, int @default = 0) =>
        GetValue(path) is { } value ? value.GetInt() : @default;

    public virtual long GetLong(string path, long @default = 0) =>
        GetValue(path) is { } value ? value.GetLong() : @default;

    public virtual string GetString(string path, string @default = null) =>
        GetValue(path) is { } value ? value.GetString() : @default;

    public virtual double GetDouble(string path, double @default = 0) =>
        GetValue(path) is { } value ? value.GetDouble() : @default;

    /// <summary>A duration; milliseconds without a unit, "infinite" if allowed.</summary>
    public virtual TimeSpan GetTimeSpan(
        string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetValue(path) is { } value ? value.GetTimeSpan(allowInfinite)
            : @default.GetValueOrDefault();

    public virtual IList<int> GetIntList(string path) => GetValue(path)?.GetIntList()
        ?? throw new ConfigurationException($"There is no value at '{path}'.");

    /// <summary>The strings of a list; none if the path has no value.</summary>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) =>
        GetValue(path) is { } value ? value.GetStringList() : defaultPaths;

    /// <summary>The top-level keys with their values.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() =>
        Root.GetObject()?.Items ?? Enumerable.Empty<KeyValuePair<string, HoconValue>>();

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    public override string ToString() => Root.ToString();
}


/// <summary>What callers may ask of a <see cref="Config"/> that can be null.</summary>
public static class ConfigExtensions
{
    /// <summary>As WithFallback; a null receiver gives the fallback itself.</summary>
    public static Config SafeWithFallback(this Config config, Config fallback) =>
        config is null ? fallback
            : ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);

    /// <summary>True for null and for a configuration without any key.</summary>
    public static bool IsNullOrEmpty(this Config config) => config is null || config.IsEmpty;
}
