using System;

namespace Akka.Actor;

/// <summary>Base of all exceptions thrown by the actor runtime.</summary>
public abstract class AkkaException : Exception
{
    protected AkkaException()
    {
    }

    protected AkkaException(string message, Exception cause = null)
        : base(message, cause)
    {
    }

    /// <summary>What led to this exception, or null.</summary>
    protected Exception Cause => InnerException;
}
