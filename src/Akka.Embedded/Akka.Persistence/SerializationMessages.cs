namespace Akka.Persistence.Serialization;

/// <summary>Has a wire format in Akka.NET.</summary>
public interface IMessage;
