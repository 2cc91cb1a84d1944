using System;
using System.Collections.Generic;

namespace Rotom.Engine.Config;

/// <summary>How the values of one kind of setting are read from and written as byte text.</summary>
/// <typeparam name="T">The value.</typeparam>
public abstract class ConfigKind<T>
{
    /// <summary>Word for the documentation.</summary>
    public abstract string Name { get; }

    /// <summary>Number of arguments in a file's line; most take one.</summary>
    public virtual (int Min, int Max) Arguments => (1, 1);

    /// <summary>True when an argument with blanks counts as several.</summary>
    public bool IsMulti => Arguments != (1, 1);

    /// <summary>
    /// Reads the arguments. <paramref name="current"/> is the value so far, for kinds that change
    /// a part of it; <paramref name="more"/> says that a line of the same file came before.
    /// </summary>
    /// <returns>Null, or why it was refused, in Redis' words.</returns>
    public abstract string? Read(IReadOnlyList<string> args, T current, bool more, out T value);

    /// <summary>The value as CONFIG GET answers it.</summary>
    public abstract string Write(T value);

    /// <summary>The arguments CONFIG REWRITE puts behind the name, one entry a line.</summary>
    public virtual IEnumerable<string> Rewrite(T value, T standard) => [Write(value)];

    /// <summary>True when both are the same setting.</summary>
    public virtual bool Same(T left, T right) => EqualityComparer<T>.Default.Equals(left, right);
}

/// <summary>One setting: its names, its rules, and where its value lives.</summary>
public abstract class ConfigRow
{
    private protected ConfigRow(string name) => Name = name;

    /// <summary>The name of redis.conf; in HOCON behind <c>rotom.</c>.</summary>
    public string Name { get; }

    /// <summary>An older name for the same value, also listed by CONFIG GET.</summary>
    public string? Alias { get; init; }

    /// <summary>Who may change it.</summary>
    public ConfigFlags Flags { get; init; }

    /// <summary>What has to happen after a change.</summary>
    public ConfigApply Apply { get; init; }

    /// <summary>Unit of a number.</summary>
    public ConfigUnit Unit { get; init; }

    /// <summary>Why the setting is accepted but does nothing; null when it has an effect.</summary>
    public string? NoEffect { get; init; }

    /// <summary>Word for the kind of value.</summary>
    public abstract string KindName { get; }

    /// <summary>True when the value is a list of words.</summary>
    public abstract bool IsMulti { get; }

    /// <summary>The default as CONFIG GET answers it.</summary>
    public abstract string Standard { get; }

    /// <summary>The value as CONFIG GET answers it, in byte text.</summary>
    public abstract string Get(ServerConfig config);

    /// <summary>Sets the value; null, or the reason of the refusal.</summary>
    /// <param name="config">Where the value lives.</param>
    /// <param name="args">The words behind the name, in byte text.</param>
    /// <param name="more">True when an earlier line of the same load set it.</param>
    public abstract string? Set(ServerConfig config, IReadOnlyList<string> args, bool more = false);

    /// <summary>Gives the setting its default.</summary>
    internal abstract void SetStandard(ServerConfig config);

    /// <summary>True when the value is the default.</summary>
    public abstract bool IsStandard(ServerConfig config);

    /// <summary>What <see cref="Restore"/> takes to undo a change.</summary>
    public abstract object? Capture(ServerConfig config);

    /// <summary>Puts a captured value back.</summary>
    public abstract void Restore(ServerConfig config, object? captured);

    /// <summary>The lines of CONFIG REWRITE without the name.</summary>
    public abstract IEnumerable<string> Rewrite(ServerConfig config);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>One setting with a value of type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The value.</typeparam>
public sealed class ConfigRow<T> : ConfigRow
{
    private readonly ConfigKind<T> _kind;
    private readonly T _standard;
    private readonly Func<ServerConfig, T> _get;
    private readonly Action<ServerConfig, T> _set;

    internal ConfigRow(
        string name,
        ConfigKind<T> kind,
        T standard,
        Func<ServerConfig, T> get,
        Action<ServerConfig, T> set)
        : base(name)
    {
        _kind = kind;
        _standard = standard;
        _get = get;
        _set = set;
    }

    /// <summary>A rule beyond the kind's: null, or why the value is refused.</summary>
    internal Func<T, string?>? Check { get; init; }

    /// <inheritdoc/>
    public override string KindName => _kind.Name;

    /// <inheritdoc/>
    public override bool IsMulti => _kind.IsMulti;

    /// <inheritdoc/>
    public override string Standard => _kind.Write(_standard);

    /// <inheritdoc/>
    public override string Get(ServerConfig config) => _kind.Write(_get(config));

    /// <inheritdoc/>
    public override string? Set(ServerConfig config, IReadOnlyList<string> args, bool more = false)
    {
        IReadOnlyList<string> words = _kind.IsMulti ? Words(args) : args;
        (int min, int max) = _kind.Arguments;
        if (words.Count < min || words.Count > max) return "wrong number of arguments";
        string? error = _kind.Read(words, _get(config), more, out T value) ?? Check?.Invoke(value);
        if (error is null) _set(config, value);
        return error;
    }

    /// <inheritdoc/>
    internal override void SetStandard(ServerConfig config) => _set(config, _standard);

    /// <inheritdoc/>
    public override bool IsStandard(ServerConfig config) => _kind.Same(_get(config), _standard);

    /// <inheritdoc/>
    public override object? Capture(ServerConfig config) => _get(config);

    /// <inheritdoc/>
    public override void Restore(ServerConfig config, object? captured) =>
        _set(config, (T)captured!);

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(ServerConfig config) =>
        _kind.Rewrite(_get(config), _standard);

    // "3600 1 300 100" in one argument is four words; a lone "" stays, since it means "none".
    private static List<string> Words(IReadOnlyList<string> args)
    {
        List<string> words = [];
        foreach (string arg in args)
        {
            if (arg.Contains(' ', StringComparison.Ordinal))
            {
                words.AddRange(arg.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
            else
            {
                words.Add(arg);
            }
        }

        return words;
    }
}
