using System;

namespace Rotom.Engine.Config;

// The words the rows are written in.
public static partial class ConfigTable
{
    private static (string, DangerousAccess)[] AccessWords =>
    [
        ("no", DangerousAccess.No), ("yes", DangerousAccess.Yes), ("local", DangerousAccess.Local),
    ];

    private static (string, ShutdownOnSignal)[] ShutdownWords =>
    [
        ("default", ShutdownOnSignal.Default), ("save", ShutdownOnSignal.Save),
        ("nosave", ShutdownOnSignal.NoSave), ("now", ShutdownOnSignal.Now),
        ("force", ShutdownOnSignal.Force),
    ];

    private static ConfigRow<T> Special<T>(
        string name,
        ConfigKind<T> kind,
        T @default,
        Func<ServerConfig, T> get,
        Action<ServerConfig, T> set,
        string? alias = null,
        ConfigFlags flags = ConfigFlags.Mutable,
        ConfigApply apply = ConfigApply.None,
        ConfigUnit unit = ConfigUnit.None,
        Func<T, string?>? check = null,
        string? noEffect = null) =>
        new(name, kind, @default, get, set)
        {
            Alias = alias,
            Flags = flags,
            Apply = apply,
            Unit = unit,
            Check = check,
            NoEffect = noEffect,
        };

    private static ConfigRow<bool> Bool(
        string name,
        bool @default,
        Func<ServerConfig, bool> get,
        Action<ServerConfig, bool> set,
        string? alias = null,
        ConfigFlags flags = ConfigFlags.Mutable,
        ConfigApply apply = ConfigApply.None) =>
        Special(name, new BoolKind(), @default, get, set, alias, flags, apply);

    private static ConfigRow<long> Int(
        string name,
        int min,
        int max,
        int @default,
        Func<ServerConfig, int> get,
        Action<ServerConfig, int> set,
        string? alias = null,
        ConfigFlags flags = ConfigFlags.Mutable,
        ConfigApply apply = ConfigApply.None,
        ConfigUnit unit = ConfigUnit.None,
        Func<int, string?>? check = null) =>
        Special(
            name, new IntegerKind(min, max), @default, c => get(c), (c, v) => set(c, (int)v),
            alias, flags, apply, unit, check is null ? null : v => check((int)v));

    private static ConfigRow<long> Long(
        string name,
        long min,
        long max,
        long @default,
        Func<ServerConfig, long> get,
        Action<ServerConfig, long> set,
        string? alias = null,
        ConfigFlags flags = ConfigFlags.Mutable,
        ConfigApply apply = ConfigApply.None,
        ConfigUnit unit = ConfigUnit.None) =>
        Special(name, new IntegerKind(min, max), @default, get, set, alias, flags, apply, unit);

    private static ConfigRow<long> Bytes(
        string name,
        long min,
        long max,
        long @default,
        Func<ServerConfig, long> get,
        Action<ServerConfig, long> set,
        string? alias = null,
        ConfigFlags flags = ConfigFlags.Mutable,
        ConfigApply apply = ConfigApply.None) =>
        Special(
            name, new BytesKind(min, max, false), @default, get, set, alias, flags, apply,
            ConfigUnit.Bytes);

    private static ConfigRow<long> BytesOrPercent(
        string name,
        long min,
        long max,
        long @default,
        Func<ServerConfig, long> get,
        Action<ServerConfig, long> set,
        ConfigApply apply = ConfigApply.None) =>
        Special(
            name, new BytesKind(min, max, true), @default, get, set, unit: ConfigUnit.Bytes,
            apply: apply);

    private static ConfigRow<string> Text(
        string name,
        string @default,
        Func<ServerConfig, string> get,
        Action<ServerConfig, string> set,
        string? alias = null,
        ConfigFlags flags = ConfigFlags.Mutable,
        ConfigApply apply = ConfigApply.None,
        Func<string, string?>? check = null) =>
        Special(
            name, new TextKind(), @default, get, set, alias, flags, apply, check: check);

    private static ConfigRow<string> Secret(
        string name,
        string @default,
        Func<ServerConfig, string> get,
        Action<ServerConfig, string> set,
        ConfigFlags flags,
        ConfigApply apply) =>
        Special(name, new SecretKind(), @default, get, set, flags: flags, apply: apply);

    private static ConfigRow<int> Octal(
        string name,
        int @default,
        Func<ServerConfig, int> get,
        Action<ServerConfig, int> set,
        ConfigFlags flags) =>
        Special(name, new OctalKind(), @default, get, set, flags: flags);

    private static ConfigRow<T> Enum<T>(
        string name,
        T @default,
        (string, T)[] words,
        Func<ServerConfig, T> get,
        Action<ServerConfig, T> set,
        ConfigFlags flags = ConfigFlags.Mutable,
        ConfigApply apply = ConfigApply.None)
        where T : struct, Enum =>
        Special(
            name, new EnumKind<T>(false, words), @default, get, set, flags: flags, apply: apply);

    private static ConfigRow<DangerousAccess> Access(
        string name,
        DangerousAccess @default,
        Func<ServerConfig, DangerousAccess> get,
        Action<ServerConfig, DangerousAccess> set,
        ConfigFlags flags) =>
        Enum(name, @default, AccessWords, get, set, flags);

    private static ConfigRow<ShutdownOnSignal> ShutdownFlags(
        string name,
        ShutdownOnSignal @default,
        Func<ServerConfig, ShutdownOnSignal> get,
        Action<ServerConfig, ShutdownOnSignal> set,
        Func<ShutdownOnSignal, string?> check) =>
        Special(
            name, new EnumKind<ShutdownOnSignal>(true, ShutdownWords), @default, get, set,
            check: check);
}
