namespace Akka.Actor;

/// <summary>Children: their names, their restart statistics, and whom the cell waits
/// for.</summary>
public partial class ActorCell
{
    private const string NameDigits =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    // Top-level actors are made and looked up from any thread, so the table is used under its
    // lock.
    private readonly Lock _childrenLock = new();
    private readonly Dictionary<string, ChildRestartStats> _children = [];
    private Action _afterChildren;
    private bool _terminated;
    private int _stoppingChildren;
    private long _nextName;

    internal bool IsTerminating { get; private set; }

    private bool IsWaitingForChildren => !IsTerminating && _afterChildren is not null;

    public IActorRef ActorOf(Props props, string name = null) => MakeChild(props, name, false);

    public IActorRef Child(string name) => FindChild(name) ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => ChildStats().Select(s => (IActorRef)s.Child);

    public ActorSelection ActorSelection(string actorPath) =>
        SystemImpl.ProviderImpl.Select(Self, actorPath);

    public void Stop(IActorRef child)
    {
        lock (_childrenLock)
        {
            if (StatsOf(child) is { Stopping: false } stats)
            {
                stats.Stopping = true;
                _stoppingChildren++;
            }
        }

        ((IInternalActorRef)child).Stop();
    }

    internal IInternalActorRef FindChild(string name)
    {
        lock (_childrenLock) return _children.GetValueOrDefault(name)?.Child;
    }

    internal IReadOnlyCollection<ChildRestartStats> ChildStats()
    {
        lock (_childrenLock) return [.. _children.Values];
    }

    /// <summary>Creates and starts a child; from the actor itself, or for guardians from
    /// anywhere.</summary>
    internal LocalActorRef MakeChild(Props props, string name, bool systemService)
    {
        if (name is not null && !ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException(name.Length == 0
                ? "Actor name must not be empty."
                : $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include "
                    + "only ASCII letters and can only contain these special characters: "
                    + ActorPath.ValidSymbols + ".");
        LocalActorRef child;
        lock (_childrenLock)
        {
            name ??= NextName();
            if (IsTerminating)
                throw new InvalidOperationException(
                    $"Cannot create child while terminating or terminated: {Self}/{name}");
            if (_children.ContainsKey(name))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            child = SystemImpl.ProviderImpl.Create(this, props, name, systemService);
            _children[name] = new ChildRestartStats(child);
        }

        child.Underlying.Start();
        return child;
    }

    private string NextName()
    {
        string digits = "$";
        long number = _nextName++;
        do
        {
            digits += NameDigits[(int)(number & 63)];
            number >>= 6;
        }
        while (number != 0);
        return digits;
    }

    private ChildRestartStats StatsOf(IActorRef child)
    {
        lock (_childrenLock)
        {
            ChildRestartStats stats = _children.GetValueOrDefault(child.Path.Name);
            return stats?.Child.Equals(child) == true ? stats : null;
        }
    }

    /// <summary>Goes on at once, or when the children that are stopping have ended.</summary>
    private void AfterChildren(Action next)
    {
        _afterChildren = _stoppingChildren > 0 ? next : null;
        if (_afterChildren is null) next();
    }

    private void StopAllChildren()
    {
        foreach (ChildRestartStats stats in ChildStats()) Stop(stats.Child);
    }

    private void SuspendChildren(IActorRef except = null)
    {
        foreach (ChildRestartStats stats in ChildStats())
            if (!stats.Child.Equals(except)) stats.Child.Suspend();
    }

    private void ResumeChildren(Exception cause, IActorRef perpetrator)
    {
        foreach (ChildRestartStats stats in ChildStats())
            stats.Child.Resume(stats.Child.Equals(perpetrator) ? cause : null);
    }

    private void HandleChildTerminated(IActorRef child)
    {
        lock (_childrenLock)
        {
            if (StatsOf(child) is not { } stats) return;
            _children.Remove(child.Path.Name);
            if (!stats.Stopping || --_stoppingChildren > 0) return;
        }

        Action next = _afterChildren;
        _afterChildren = null;
        next?.Invoke();
    }
}
