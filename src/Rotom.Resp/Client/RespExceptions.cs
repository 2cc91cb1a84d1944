using System;

namespace Rotom.Resp;

/// <summary>The peer sent something that is not RESP, or more than the limits allow.</summary>
public sealed class RespProtocolException : Exception
{
    /// <summary>Makes the exception.</summary>
    public RespProtocolException(string message)
        : base(message)
    {
    }
}

/// <summary>The server answered a request with an error.</summary>
public sealed class RespErrorException : Exception
{
    /// <summary>Makes the exception from the error's text.</summary>
    public RespErrorException(string message)
        : base(message)
    {
    }

    /// <summary>The first word of the text: <c>ERR</c>, <c>WRONGTYPE</c>, ...</summary>
    public string Code => Message.Split(' ', 2)[0];
}

/// <summary>
/// The connection is gone; whether the server ran the request is not known. The cause is the inner
/// exception.
/// </summary>
public sealed class RespConnectionException : Exception
{
    /// <summary>Makes the exception.</summary>
    public RespConnectionException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
