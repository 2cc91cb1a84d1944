namespace Akka.Configuration.Hocon;

// Finds what substitutions mean and makes each value one piece.
//
// A path is looked up in the whole tree first, so it sees the last value of a key wherever it
// stands; then among the environment variables; an optional one may then stay undefined. Only the
// values on the way to the key are settled by a look-up, so objects may refer to each other's
// fields. A look-up that comes back to the value being settled means what that key held before
// (Prior): this is how "path = ${path}:/more" reads. With nothing before, there is no value.

/// <summary>Resolves one parsed tree, in place.</summary>
internal sealed class HoconResolver(HoconValue root)
{
    private const int DepthMax = 250;

    private int _depth;

    internal void Resolve() => Visit(root);

    private void Visit(HoconValue value)
    {
        Settle(value);
        if (value.Resolved) return;

        if (value.Visiting) throw value.At.Error("an object contains itself by a substitution");

        value.Visiting = true;
        Enter(value.At);
        if (value.GetObject() is { } keyed)
            foreach ((string key, HoconValue field) in keyed.Items.ToArray())
            {
                Visit(field);
                if (field.Values.Count == 0) keyed.Items.Remove(key);
            }
        else if (value.Values.FirstOrDefault() is HoconArray items)
        {
            items.ForEach(Visit);
            items.RemoveAll(item => item.Values.Count == 0);
        }

        _depth--;
        value.Visiting = false;
        value.Resolved = true;
    }

    private void Enter(HoconPosition at)
    {
        if (++_depth > DepthMax)
            throw at.Error($"substitutions lead more than {DepthMax} levels deep");
    }

    /// <summary>Makes a value one piece (or none); what is inside it may wait.</summary>
    private void Settle(HoconValue value)
    {
        // Oldest first, so that a key appended to a thousand times is no recursion of that depth.
        Stack<HoconValue> history = [];
        for (HoconValue v = value; v is { Pending: true, Resolving: false }; v = v.Prior)
        {
            v.Resolving = true;
            history.Push(v);
        }

        while (history.TryPop(out HoconValue next))
        {
            Enter(next.At);
            SettleOne(next);
            _depth--;
        }
    }

    private void SettleOne(HoconValue value)
    {
        List<IHoconElement> pieces = [.. value.Values.SelectMany(
            piece => piece is HoconSubstitution sought ? Find(sought, value) : [piece])];
        IHoconElement whole = HoconConcatenation.Join(pieces, value.At);
        HoconValue prior = value.Prior;
        if (whole is null && prior is not null) whole = prior.Values.FirstOrDefault();
        else if (whole is HoconObject upper && prior?.GetObject() is { } lower)
            whole = HoconConcatenation.Over(upper, lower);

        value.Values = whole is null ? [] : [whole];
        value.Prior = null;
        value.Pending = false;
        value.Resolving = false;
    }

    private List<IHoconElement> Find(HoconSubstitution substitution, HoconValue owner)
    {
        if (substitution.Bound is not null || substitution.IsEarlierSelf)
        {
            HoconValue bound = substitution.Bound ?? owner.Prior;
            if (bound is { Resolving: true })
                throw owner.At.Error("a substitution leads back to its own value");
            if (bound is not null) Settle(bound);
            return bound?.Values ?? [];
        }

        string[] path = HoconPath.Split(substitution.Path);
        for (int kept = substitution.Prefix.Length; kept >= 0; kept--)
            if (LookUp([.. substitution.Prefix.AsSpan(0, kept), .. path]) is { } found)
                return found.Values;
        if (Environment.GetEnvironmentVariable(substitution.Path) is { } variable)
            return [new HoconLiteral(variable, Quoted: true)];
        return substitution.IsOptional ? []
            : throw substitution.At.Error($"${{{substitution.Path}}} has no value");
    }

    private HoconValue LookUp(string[] path)
    {
        HoconValue node = root;
        foreach (string key in path) node = Current(node)?.GetObject()?.GetKey(key);
        return Current(node) is { Values.Count: > 0 } found ? found : null;
    }

    private HoconValue Current(HoconValue node)
    {
        while (node is { Resolving: true }) node = node.Prior;

        if (node is not null) Settle(node);

        return node;
    }
}

/// <summary>Pieces side by side: text is joined, lists are chained, objects are merged.</summary>
internal static class HoconConcatenation
{
    /// <summary>The pieces but for blanks; refuses those of different kinds.</summary>
    internal static List<IHoconElement> Parts(List<IHoconElement> pieces, HoconPosition at)
    {
        List<IHoconElement> parts = pieces.FindAll(p => p is not HoconLiteral { Blank: true });
        return parts.TrueForAll(part => part.GetType() == parts[0].GetType()) ? parts
            : throw at.Error("text, lists and objects can't stand side by side in one value");
    }

    /// <summary>The one piece that the pieces make; null if there are none.</summary>
    internal static IHoconElement Join(List<IHoconElement> pieces, HoconPosition at)
    {
        List<IHoconElement> parts = Parts(pieces, at);
        if (parts.Count <= 1 && pieces.Count == parts.Count) return parts.FirstOrDefault();

        switch (parts.FirstOrDefault())
        {
            case null: return null;
            case HoconObject:
                return parts.Cast<HoconObject>().Aggregate((lower, upper) => Over(upper, lower));
            case HoconArray:
                HoconArray chained = [.. parts.Cast<HoconArray>().SelectMany(part => part)];
                return chained;
            default:
                string text = string.Concat(pieces.Select(piece => ((HoconLiteral)piece).Value));
                return new HoconLiteral(text, Quoted: true);
        }
    }

    /// <summary>Both objects' keys; what both have is settled when it is looked at.</summary>
    internal static HoconObject Over(HoconObject upper, HoconObject lower) =>
        HoconObject.Over(upper, lower, PutOff);

    private static HoconValue PutOff(HoconValue upper, HoconValue lower)
    {
        if (!upper.Pending && upper.GetObject() is null) return upper;

        HoconSubstitution itself = new() { Bound = upper };
        return new HoconValue([itself]) { Prior = lower, Pending = true, At = upper.At };
    }
}
