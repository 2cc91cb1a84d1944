namespace Akka.Actor.Setup;

/// <summary>A part of what an actor system is started with.</summary>
public abstract class Setup;

/// <summary>Setups by their type.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new([]);

    private readonly Dictionary<Type, Setup> _setups;

    private ActorSystemSetup(Dictionary<Type, Setup> setups) => _setups = setups;

    public static ActorSystemSetup Create(params Setup[] setup)
    {
        Dictionary<Type, Setup> all = [];
        foreach (Setup one in setup) all[one.GetType()] = one;
        return new ActorSystemSetup(all);
    }

    public Option<T> Get<T>()
        where T : Setup => new(_setups.TryGetValue(typeof(T), out Setup found) ? (T)found : null);

    public ActorSystemSetup WithSetup<T>(T setup)
        where T : Setup => new(new Dictionary<Type, Setup>(_setups) { [typeof(T)] = setup });

    public ActorSystemSetup And<T>(T setup) where T : Setup => WithSetup(setup);

    public override string ToString() =>
        $"ActorSystemSetup({string.Join(",", _setups.Keys.Select(k => k.FullName))})";
}
