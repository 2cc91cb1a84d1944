using System;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands on HyperLogLogs: how many different elements, to about 0.81 %.</summary>
public static class RotomHyperLogLogCommands
{
    /// <summary>PFADD: true when the estimate has changed, or the key is new.</summary>
    [Calls("PFADD")]
    public static ValueTask<bool> HyperLogLogAddAsync(
        this IRotomCommands client, RespArgument key, params ReadOnlySpan<RespArgument> elements) =>
        WordList.Of(Word.Pfadd, key, elements).Send(client, Reply.Bool);

    /// <summary>PFCOUNT: the estimate for all of them together.</summary>
    [Calls("PFCOUNT")]
    public static ValueTask<long> HyperLogLogLengthAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> keys) =>
        WordList.Of(Word.Pfcount, keys).Send(client, Reply.Integer);

    /// <summary>PFMERGE: unites them into the destination, which counts too when it is there.
    /// </summary>
    [Calls("PFMERGE")]
    public static ValueTask HyperLogLogMergeAsync(
        this IRotomCommands client, RespArgument destination,
        params ReadOnlySpan<RespArgument> sources)
    {
        WordList words = new(Word.Pfmerge, sources.Length + 1);
        words.Add(destination);
        words.Add(sources);
        return words.SendForOk(client);
    }
}
