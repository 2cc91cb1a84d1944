namespace Akka.Actor;

// The name of an actor: the chain of names from the system's root, and the number (uid) that
// tells one incarnation of that name from the next. Paths are equal when their names are; the uid
// is compared by actor references only. Uid 0 means "whichever incarnation".

/// <summary>An actor's place in the tree, e.g. akka://system/user/parent/child#123.</summary>
public abstract class ActorPath : IEquatable<ActorPath>
{
    public const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private string _text;

    private protected ActorPath(Address address, ActorPath parent, string name, long uid) =>
        (Address, Parent, Name, Uid, Depth) = (address, parent, name, uid, parent?.Depth + 1 ?? 0);

    public string Name { get; }

    public Address Address { get; }

    public long Uid { get; }

    /// <summary>The path one level up; the root is its own parent.</summary>
    public ActorPath Parent { get => field ?? this; }

    /// <summary>Number of names; 0 for the root.</summary>
    public int Depth { get; }

    public IReadOnlyList<string> Elements =>
        field ??= Depth == 0 ? [] : [.. Parent.Elements, Name];

    public static bool operator ==(ActorPath left, ActorPath right) => Equals(left, right);

    public static bool operator !=(ActorPath left, ActorPath right) => !Equals(left, right);

    public static ActorPath operator /(ActorPath path, string name) => path.Child(name);

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name) =>
        name.Where(n => n.Length > 0).Aggregate(path, (p, n) => p.Child(n));

    /// <summary>Whether a user may give this name: ASCII, no slash, not beginning with
    /// '$'.</summary>
    public static bool IsValidPathElement(string s) => !string.IsNullOrEmpty(s) && s[0] != '$'
        && s.All(c => char.IsAsciiLetterOrDigit(c) || c == '%' || ValidSymbols.Contains(c))
        && s.Split('%').Skip(1).All(escape => escape.Length >= 2
            && char.IsAsciiHexDigit(escape[0]) && char.IsAsciiHexDigit(escape[1]));

    public bool Equals(ActorPath other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || Depth != other.Depth || Name != other.Name) return false;
        return Address.Equals(other.Address) && (Depth == 0 || Parent.Equals(other.Parent));
    }

    public override bool Equals(object obj) => Equals(obj as ActorPath);

    public override int GetHashCode() =>
        Depth == 0 ? Address.GetHashCode()
            : HashCode.Combine(Parent.GetHashCode(), Name.GetHashCode(StringComparison.Ordinal));

    public ActorPath WithUid(long uid) =>
        Depth == 0 || uid == Uid ? this : new ChildActorPath(Parent, Name, uid);

    public ActorPath Child(string childName) => new ChildActorPath(this, childName, 0);

    public static bool TryParse(string path, out ActorPath actorPath)
    {
        actorPath = null;
        return path is not null
            && Address.TryParse(path, out Address address, out ReadOnlySpan<char> rest)
            && TryParse(new RootActorPath(address), rest, out actorPath);
    }

    public static bool TryParse(
        ActorPath basePath, ReadOnlySpan<char> absoluteUri, out ActorPath actorPath)
    {
        actorPath = null;
        string[] parts = absoluteUri.ToString().Split('#', 2);
        long uid = 0;
        if (parts.Length == 2 && !long.TryParse(parts[1], CultureInfo.InvariantCulture, out uid))
            return false;
        actorPath = (basePath / parts[0].Split('/')).WithUid(uid);
        return true;
    }

    public string ToStringWithoutAddress() => "/" + string.Join('/', Elements);

    public override string ToString() => _text ??= Address + ToStringWithoutAddress();

    public string ToStringWithUid() => Uid == 0 ? ToString() : $"{ToString()}#{Uid}";
}

/// <summary>The root of a system's actor tree.</summary>
public sealed class RootActorPath(Address address, string name = "")
    : ActorPath(address, null, name, 0);

/// <summary>Any path below the root.</summary>
public sealed class ChildActorPath(ActorPath parentPath, string name, long uid)
    : ActorPath(parentPath.Address, parentPath, name, uid);
