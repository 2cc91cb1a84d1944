using System.Collections.Generic;
using System.Text;

namespace Rotom.Compat.Differential;

/// <summary>
/// The commands on the connection and the server whose replies two servers share.
/// </summary>
internal static class ConnectionCommands
{
    public static IEnumerable<CommandKind> Table { get; } =
    [
        new("ping", d => d.Maybe(d.Value()), Weight: 3),
        new("echo", d => [d.Value()], Weight: 3),
        new("client", d => ["setname", d.Of("name", "", "two words", "a\nb")], Weight: 2),
        new("client", _ => ["getname"], Weight: 2),
        new("client", d => ["no-evict", d.Of("on", "off", "nosuch")], Weight: 1),
        new("client", d => ["kill", "id", d.Of("0", "abc", "999999999")], Weight: 1),
        new("config", d => ["get", d.Of("maxmemory", "maxmemory-policy", "timeout", "nosuch")]),
        new("config", d => ["set", "maxmemory-policy", d.Of("allkeys-lru", "no", "")], Weight: 2),
        new("config", _ => ["set", "maxmemory-policy", "noeviction"], Weight: 2),
        new("config", d => ["set", "timeout", d.Of("0", "-1", "abc", "1000")], Weight: 2),
        new("command", d => ["getkeys", "mset", d.Key(), "v", d.Key(), "v"], Weight: 2),
        new("command", d => ["getkeys", d.Of("get", "nosuch", "ping"), d.Key()], Weight: 2),
        new("auth", d => [d.Of("", "guess"), .. d.Maybe("word")], Weight: 1),
        new("hello", d => [d.Of("1", "4", "abc", "9223372036854775808")], Compare.Presence, 1),
        new("nosuchcommand", d => d.Keys(3), Weight: 3, Required: false),
        new("cluster", _ => ["info"], Weight: 1),
        new("quitx", d => [Encoding.Latin1.GetBytes("a\r\nb"), d.Value()], Weight: 1,
            Required: false),
    ];
}
