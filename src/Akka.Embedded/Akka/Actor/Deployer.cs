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
        if (deployments is null) return;
        foreach (KeyValuePair<string, HoconValue> entry in deployments.AsEnumerable())
        {
            string path = entry.Key.Trim('"');
            if (path == "default" || !entry.Value.IsObject()) continue;
            string key = entry.Key.StartsWith('"') ? entry.Key : $"\"{entry.Key}\"";
            Config section = deployments.GetConfig(key);
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
        for (int i = 0; i < names.Length; i++)
        {
            if (i >= pattern.Length) return false;
            if (pattern[i] == "**") return true;
            if (pattern[i] != "*" && pattern[i] != names[i]) return false;
        }

        return pattern.Length == names.Length;
    }
}
