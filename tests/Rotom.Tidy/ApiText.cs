using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Rotom.Tidy;

/// <summary>Public and protected members as text, in the form of akka-1.5.30-api.txt.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    // Overrides of these say nothing new about a type.
    private static readonly HashSet<string> s_ofObject =
        ["Equals", "GetHashCode", "ToString", "Finalize", "op_Equality", "op_Inequality"];

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string",
        [typeof(bool)] = "bool", [typeof(char)] = "char", [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort",
        [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    private static readonly Dictionary<string, string> s_operators = new()
    {
        ["op_Addition"] = "+", ["op_Division"] = "/", ["op_Subtraction"] = "-",
        ["op_LessThan"] = "<", ["op_GreaterThan"] = ">",
        ["op_LessThanOrEqual"] = "<=", ["op_GreaterThanOrEqual"] = ">=",
    };

    internal static bool IsVisible(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem)
            && IsVisible(type.DeclaringType!));

    internal static string FullName(Type type)
    {
        string own = SimpleName(type);
        string holder = type.DeclaringType is { } outer ? FullName(outer) : type.Namespace!;
        return $"{holder}.{own}";
    }

    internal static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(
                field => $"value {field.Name} = {field.GetRawConstantValue()}");
        }

        if (typeof(MulticastDelegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return [$"{Name(invoke.ReturnType)} ({Parameters(invoke)})"];
        }

        IEnumerable<string> fields = type.GetFields(Declared)
            .Where(field => IsVisible(field) && !field.Name.Contains('<'))
            .Select(field => Access(field) + (field.IsStatic ? "static " : "")
                + $"{Name(field.FieldType)} {field.Name}");
        IEnumerable<string> constructors = type.GetConstructors(Declared)
            .Where(IsVisible)
            .Select(constructor => $"{Access(constructor)}.ctor({Parameters(constructor)})");
        IEnumerable<string> methods = type.GetMethods(Declared)
            .Where(method => IsVisible(method) && IsNew(method) && !IsHidden(method))
            .Select(method => Method(type, method));
        return fields.Concat(constructors).Concat(methods);
    }

    private static string Method(Type type, MethodInfo method)
    {
        string head = Access(method) + (method.IsStatic ? "static " : "")
            + (method.IsVirtual && !method.IsFinal ? "virtual " : "");
        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            if (property.GetMethod != method && property.SetMethod != method)
            {
                continue;
            }

            ParameterInfo[] index = property.GetIndexParameters();
            string name = index.Length == 0 ? property.Name : $"this[{Parameters(index)}]";
            bool init = method.ReturnParameter.GetRequiredCustomModifiers()
                .Contains(typeof(IsExternalInit));
            string accessor = property.GetMethod == method ? "get" : init ? "init" : "set";
            return $"{head}{Name(property.PropertyType)} {name} {{ {accessor}; }}";
        }

        if (method.IsSpecialName && s_operators.TryGetValue(method.Name, out string? symbol))
        {
            return $"{head}{Name(method.ReturnType)} operator {symbol}({Parameters(method)})";
        }

        if (method.Name is "op_Implicit" or "op_Explicit")
        {
            string kind = method.Name[3..].ToLowerInvariant();
            return $"{head}{Name(method.ReturnType)} {kind} operator({Parameters(method)})";
        }

        string arguments = method.IsGenericMethod
            ? "<" + string.Join(", ", method.GetGenericArguments().Select(Name)) + ">"
            : "";
        return $"{head}{Name(method.ReturnType)} {method.Name}{arguments}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) =>
        string.Join(", ", parameters.Select(parameter =>
        {
            Type type = parameter.ParameterType;
            string way = !type.IsByRef ? ""
                : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
            bool open = parameter.IsDefined(typeof(ParamArrayAttribute), false);
            string typeName = Name(type.IsByRef ? type.GetElementType()! : type);
            string optional = parameter.IsOptional ? " = ?" : "";
            return $"{(open ? "params " : "")}{way}{typeName} {parameter.Name}{optional}";
        }));

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        return s_keywords.TryGetValue(type, out string? keyword) ? keyword : SimpleName(type);
    }

    private static string SimpleName(Type type)
    {
        int tick = type.Name.IndexOf('`');
        if (tick < 0)
        {
            return type.Name;
        }

        int outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        IEnumerable<string> own = type.GetGenericArguments().Skip(outer).Select(Name);
        return $"{type.Name[..tick]}<{string.Join(", ", own)}>";
    }

    // An override is judged where it is declared first.
    private static bool IsNew(MethodInfo method) => method.GetBaseDefinition() == method;

    private static bool IsHidden(MethodInfo method) =>
        s_ofObject.Contains(method.Name) || method.Name.Contains('<') || method.Name.Contains('.')
        || method.IsDefined(typeof(CompilerGeneratedAttribute), false) && !method.IsSpecialName;

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) =>
        field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "public " : "protected ";

    private static string Access(FieldInfo field) => field.IsPublic ? "public " : "protected ";
}
