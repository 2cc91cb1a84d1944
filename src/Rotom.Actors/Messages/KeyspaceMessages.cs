using Akka.Actor;

namespace Rotom.Actors.Messages;

// The keyspace actor's protocol. Besides these it takes CommandBatch, the pooled object that holds
// all a network actor read in a turn; ownership of it moves with the Tell and comes back with the
// ReplyBatch that answers it.

/// <summary>Time for the periodic work; from the actor's own timer, hz times a second.</summary>
internal sealed class CronTick : INoSerializationVerificationNeeded
{
    internal static readonly CronTick Instance = new();
}

/// <summary>The engine's timers are due; from the loop's timer.</summary>
internal sealed class TimersDue : INoSerializationVerificationNeeded
{
    internal static readonly TimersDue Instance = new();
}

/// <summary>Time to go on freeing and evicting, when no commands come.</summary>
internal sealed class IdleTick : INoSerializationVerificationNeeded
{
    internal static readonly IdleTick Instance = new();
}

/// <summary>A network actor reports for duty: replies for its loop go to it.</summary>
/// <param name="Loop">Number of its loop.</param>
/// <param name="Network">The actor.</param>
internal sealed record NetworkAttached(int Loop, IActorRef Network);

/// <summary>Delete all keys whose time is over, now; answered by Done.</summary>
internal sealed class ExpireDueKeys : INoSerializationVerificationNeeded
{
    internal static readonly ExpireDueKeys Instance = new();
}

/// <summary>A new instance looks after what the last one left.</summary>
internal sealed class RepairNow : INoSerializationVerificationNeeded
{
    internal static readonly RepairNow Instance = new();
}

/// <summary>The pause is over: another attempt to have the data in order.</summary>
internal sealed class MendAgain : INoSerializationVerificationNeeded
{
    internal static readonly MendAgain Instance = new();
}
