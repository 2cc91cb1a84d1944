using Rotom.Engine.Memory;

namespace Rotom.Engine;

public ref partial struct CommandContext
{
    /// <summary>Answers a string value as a bulk string, or null when there is none.</summary>
    internal readonly void ReplyString(Entry entry)
    {
        if (entry.IsNull) Reply.Null();
        else if (entry.IsInt) Reply.BulkInteger(entry.Int);
        else Reply.Bulk(entry.StringBytes);
    }
}
