namespace Akka.Actor;

// The akka.actor.deployment section. A key is an actor's path below /user, such as
// "/parent/child"; an element may be '*' for any one name, and a last element '**' for all that
// is below.

/// <summary>Finds the HOCON deployment of an actor.</summary>
internal sealed class Deployer
{
    private readonly List<(string[] Pattern, Deploy Deploy)> _entries = [];

    internal Deployer(Config deployments)
    {
        foreach ((string key, HoconValue value) in deployments?.AsEnumerable() ?? [])
        {
            string path = key.Trim('"');
            if (path == "default" || !value.IsObject()) continue;
            Config section = value.ToConfig();
            var deploy = new Deploy(section.GetString("dispatcher"), section.GetString("mailbox"),
                section.GetInt("stash-capacity", Deploy.NoStashSize));
            _entries.Add((path.Split('/', StringSplitOptions.RemoveEmptyEntries), deploy));
        }

        // Exact names come before patterns.
        _entries.Sort((a, b) => Wildcards(a.Pattern).CompareTo(Wildcards(b.Pattern)));
    }

    /// <summary>The deployment of a path below /user, or null.</summary>
    internal Deploy Lookup(ActorPath path)
    {
        if (_entries.Count == 0 || path.Depth < 2 || path.Elements[0] != "user") return null;
        string[] names = [.. path.Elements.Skip(1)];
        return _entries.Find(e => Matches(e.Pattern, names)).Deploy;
    }

    private static int Wildcards(string[] pattern) =>
        pattern.Count(p => p == "*") + (1000 * pattern.Count(p => p == "**"));

    private static bool Matches(string[] pattern, string[] names)
    {
        bool open = pattern is [.., "**"];
        return (open ? names.Length >= pattern.Length : names.Length == pattern.Length)
            && pattern.Zip(names).All(p => p.First is "*" or "**" || p.First == p.Second);
    }
}
