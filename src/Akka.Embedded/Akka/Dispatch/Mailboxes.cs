namespace Akka.Dispatch;

// Which mailbox an actor gets, first that applies:
//   1. the mailbox its Props (or deployment section) name;
//   2. the mailbox-type of its dispatcher's section, unless the actor's class requires a kind of
//   queue;
//   3. the mailbox that akka.actor.mailbox.requirements maps the required kind to;
//   4. akka.actor.default-mailbox.

/// <summary>The mailbox types of a system, by the path of their HOCON section.</summary>
public class Mailboxes
{
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";

    private readonly ActorSystem _system;
    private readonly Dictionary<Type, string> _bindings = [];
    private readonly ConcurrentDictionary<string, MailboxType> _known = new();
    private readonly ConcurrentDictionary<Type, Type> _required = new();

    public Mailboxes(ActorSystem system)
    {
        _system = system;
        DeadLetterMailbox = new DeadLetterMailbox(system.DeadLetters);
        Config requirements = system.Settings.Config.GetConfig("akka.actor.mailbox.requirements");
        foreach ((string type, HoconValue id) in requirements?.AsEnumerable() ?? [])
            _bindings[Reflect.Find(type.Trim('"'), "mailbox requirement")] = id.GetString();
    }

    public DeadLetterMailbox DeadLetterMailbox { get; }

    public MailboxType LookupByQueueType(Type queueType) =>
        _bindings.TryGetValue(queueType, out string id) ? Lookup(id)
            : throw new ConfigurationException($"Mailbox mapping for [{queueType}] not configured");

    /// <summary>The mailbox type of a section.</summary>
    public MailboxType Lookup(string id) => _known.GetOrAdd(id, Make);

    /// <summary>The kind of queue an actor's class asks for, or null.</summary>
    public Type GetRequiredType(Type actorType) =>
        _required.GetOrAdd(actorType, static t => Argument(t, typeof(IRequiresMessageQueue<>)));

    public MailboxType GetMailboxType(Props props, Config dispatcherConfig)
    {
        Type required = GetRequiredType(props.Type);
        MailboxType chosen = Choose(props, dispatcherConfig, required);
        Type produced = Argument(chosen.GetType(), typeof(IProducesMessageQueue<>));
        if (required is not null && produced is not null && !required.IsAssignableFrom(produced))
            throw new ArgumentException(
                $"produced message queue type [{produced}] does not fulfill requirement for "
                + $"actor class [{props.Type}]. Must be a subclass of [{required}].");

        return chosen;
    }

    /// <summary>How many messages an actor may stash; -1 is no limit.</summary>
    public int StashCapacity(string dispatcher, string mailbox)
    {
        Config all = _system.Settings.Config;
        string section = ((string[])[mailbox, dispatcher, DefaultMailboxId]).FirstOrDefault(
            id => !string.IsNullOrEmpty(id) && all.HasPath($"{id}.stash-capacity"));
        return section is null ? -1 : all.GetInt($"{section}.stash-capacity", -1);
    }

    private static Type Argument(Type type, Type open) => type.GetInterfaces()
        .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == open)
        .Select(i => i.GenericTypeArguments[0]).FirstOrDefault();

    private MailboxType Choose(Props props, Config dispatcherConfig, Type required)
    {
        string named = props.Mailbox;
        if (!string.IsNullOrEmpty(named) && named != DefaultMailboxId) return Lookup(named);
        if (required is null && dispatcherConfig?.GetString("mailbox-type") is { Length: > 0 })
            return FromSection(dispatcherConfig, dispatcherConfig.GetString("id"));
        return required is null ? Lookup(DefaultMailboxId) : LookupByQueueType(required);
    }

    private MailboxType Make(string id)
    {
        Config all = _system.Settings.Config;
        if (!all.HasPath(id))
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        Config defaults = all.GetConfig(DefaultMailboxId);
        return FromSection(all.GetConfig(id).WithFallback(defaults), id);
    }

    private MailboxType FromSection(Config config, string id)
    {
        string name = config.GetString("mailbox-type");
        return string.IsNullOrEmpty(name)
            ? throw new ConfigurationException(
                $"The setting mailbox-type defined in [{id}] is empty")
            : Reflect.Make<MailboxType>(
                name, $"mailbox-type for id [{id}]", _system.Settings, config);
    }
}
