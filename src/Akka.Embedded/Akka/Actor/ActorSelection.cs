using System.IO.Enumeration;

namespace Akka.Actor;

internal sealed record ActorSelectionMessage(object Message, string[] Elements, bool FanOut)
    : IAutoReceivedMessage;

// A path looked up anew with each message. It starts at the anchor; each element goes to the
// parent ("..") or to children, by name or by a pattern of '*' and '?'. If nothing is found the
// message is a dead letter, but an Identify is answered: with no subject.

/// <summary>The actors that a path leads to at the time of each message.</summary>
public class ActorSelection : ICanTell
{
    private readonly string[] _elements;

    public ActorSelection(IActorRef anchor, string path) : this(anchor, path.Split('/')) { }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        _elements = [.. elements.Where(e => e.Length > 0)];
    }

    /// <summary>Where the path begins.</summary>
    public IActorRef Anchor { get; }

    public string PathString => "/" + string.Join('/', _elements);

    public void Tell(object message, IActorRef sender = null)
    {
        if (message is null) throw new InvalidMessageException();
        var selected = new ActorSelectionMessage(message, _elements, false);
        Deliver((IInternalActorRef)Anchor, sender ?? ActorCell.Current?.Self, selected);
    }

    public Task<IActorRef> ResolveOne(TimeSpan timeout) =>
        ResolveOne(timeout, CancellationToken.None);

    /// <summary>The first actor to answer; faults with ActorNotFoundException if there is none.
    /// </summary>
    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            ActorIdentity identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct)
                .ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (AskTimeoutException late)
        {
            throw new ActorNotFoundException($"Nobody answered for {this}", late);
        }
    }

    public override bool Equals(object obj) =>
        obj is ActorSelection other && Equals(Anchor, other.Anchor)
        && PathString == other.PathString;

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() => $"ActorSelection[Anchor({Anchor}), Path({PathString})]";

    internal static void Deliver(
        IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selected)
    {
        IInternalActorRef current = anchor;
        for (int i = 0; i < selected.Elements.Length && current is not Nobody; i++)
        {
            string element = selected.Elements[i];
            if (element.AsSpan().ContainsAny('*', '?'))
            {
                FanOut(current, element, sender, selected, i + 1);
                return;
            }

            current = element == ".." ? current.Parent
                : (IInternalActorRef)current.GetChild([element]);
        }

        if (current is Nobody) Miss(anchor, sender, selected);
        else current.Tell(selected.Message, sender);
    }

    private static void FanOut(IInternalActorRef parent, string pattern, IActorRef sender,
        ActorSelectionMessage selected, int next)
    {
        IEnumerable<ChildRestartStats> children =
            parent is LocalActorRef cell ? cell.Underlying.ChildStats() : [];
        IInternalActorRef[] matches = [.. children.Select(s => s.Child).Where(c =>
            FileSystemName.MatchesSimpleExpression(pattern, c.Path.Name, ignoreCase: false))];
        if (matches.Length == 0) Miss(parent, sender, selected);
        bool many = selected.FanOut || matches.Length > 1;
        var rest = new ActorSelectionMessage(selected.Message, selected.Elements[next..], many);
        foreach (IInternalActorRef match in matches) Deliver(match, sender, rest);
    }

    private static void Miss(
        IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selected)
    {
        // With several branches a missing one is no news.
        if (selected.FanOut) return;
        LocalActorRefProvider provider = Futures.ProviderOf(anchor);
        ActorPath path = anchor.Path / selected.Elements;
        new EmptyLocalActorRef(provider, path).Tell(selected, sender);
    }
}
