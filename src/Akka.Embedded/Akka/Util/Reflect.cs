namespace Akka.Util;

/// <summary>Classes that a configuration names.</summary>
internal static class Reflect
{
    internal static Type Find(string name, string what) => Type.GetType(name ?? "")
        ?? throw new ConfigurationException($"Could not resolve {what}: [{name}]");

    internal static T Make<T>(string name, string what, params object[] arguments) =>
        (T)Activator.CreateInstance(Find(name, what), arguments);
}
