using System;
using System.Collections.Generic;
using System.IO.Enumeration;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Event;

namespace Akka.Actor;

/// <summary>One step of a selection's path.</summary>
public abstract class SelectionPathElement { internal SelectionPathElement() { } }

internal sealed class SelectChildName(string name) : SelectionPathElement
{
    internal string Name => name;

    public override string ToString() => name;
}

internal sealed class SelectChildPattern(string pattern) : SelectionPathElement
{
    internal bool Matches(string name) =>
        FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    public override string ToString() => pattern;
}

internal sealed class SelectParent : SelectionPathElement
{
    public override string ToString() => "..";
}

internal sealed class ActorSelectionMessage(
    object message, SelectionPathElement[] elements, bool wildcardFanOut)
    : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    public object Message => message;

    internal SelectionPathElement[] Elements => elements;

    internal bool WildcardFanOut => wildcardFanOut;
}

// A path looked up anew with each message. It starts at the anchor; each element goes to the
// parent ("..") or to children, by name or by a pattern of '*' and '?'. If nothing is found the
// message is a dead letter, but an Identify is answered: with no subject.

/// <summary>The actors that a path leads to at the time of each message.</summary>
public class ActorSelection : ICanTell
{

    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path) : this(anchor, path.Split('/')) { }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
        : this(anchor, elements.Where(e => e.Length > 0).Select(Element).ToArray()) { }

    public IActorRef Anchor { get; }

    public SelectionPathElement[] Path { get; }

    public string PathString => "/" + string.Join<SelectionPathElement>("/", Path);

    public void Tell(object message, IActorRef sender = null)
    {
        if (message is null) throw new InvalidMessageException();
        var selected = new ActorSelectionMessage(message, Path, false);
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
        for (int i = 0; i < selected.Elements.Length; i++)
        {
            switch (selected.Elements[i])
            {
                case SelectParent: current = current.Parent; break;
                case SelectChildName child:
                    var next = (IInternalActorRef)current.GetChild([child.Name]);
                    if (next is Nobody)
                    {
                        Miss(anchor, sender, selected);
                        return;
                    }

                    current = next;
                    break;
                case SelectChildPattern pattern:
                    FanOut(current, pattern, sender, selected, i + 1);
                    return;
            }
        }

        current.Tell(selected.Message, sender);
    }

    private static SelectionPathElement Element(string text)
    {
        if (text == "..") return new SelectParent();
        return text.AsSpan().IndexOfAny('*', '?') >= 0 ? new SelectChildPattern(text)
            : new SelectChildName(text);
    }

    private static void FanOut(
        IInternalActorRef parent, SelectChildPattern pattern, IActorRef sender,
        ActorSelectionMessage selected, int next)
    {
        IInternalActorRef[] matches = parent is ActorRefWithCell withCell
            ? [.. withCell.Underlying.ChildStats().Select(s => s.Child)
                .Where(c => pattern.Matches(c.Path.Name))] : [];
        if (matches.Length == 0)
        {
            Miss(parent, sender, selected);
            return;
        }

        bool many = selected.WildcardFanOut || matches.Length > 1;
        var rest = new ActorSelectionMessage(selected.Message, selected.Elements[next..], many);
        foreach (IInternalActorRef match in matches) Deliver(match, sender, rest);
    }

    private static void Miss(
        IInternalActorRef anchor, IActorRef sender, ActorSelectionMessage selected)
    {
        // With several branches a missing one is no news.
        if (selected.WildcardFanOut) return;
        LocalActorRefProvider provider = Futures.ProviderOf(anchor);
        ActorPath path = anchor.Path / selected.Elements.Select(e => e.ToString());
        var nobody = new EmptyLocalActorRef(provider, path, provider.System.EventStream);
        nobody.Tell(selected, sender);
    }
}
