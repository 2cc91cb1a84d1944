using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>The set commands, answered as redis-server 7.0.15 did, in every form.</summary>
public sealed class SetTranscriptTests
{
    private static readonly EventTranscript s_transcript = new("redis-7.0.15-sets.txt");

    private static readonly string[] s_unordered =
        ["SMEMBERS", "SINTER", "SUNION", "SDIFF", "SPOP", "SRANDMEMBER", "SSCAN"];

    public static TheoryData<string> Titles() => new(s_transcript.Titles);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Every_reply_and_event_is_the_one_redis_gave(string title) =>
        Replay(title, 512, 128);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Without_intsets_the_answers_are_the_same(string title) => Replay(title, 0, 128);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Without_listpacks_the_answers_are_the_same(string title) => Replay(title, 512, 0);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Hashtables_alone_answer_the_same(string title) => Replay(title, 0, 0);

    private static void Replay(string title, long intset, long listpack) =>
        s_transcript.Replay(title, config => Limit(config, intset, listpack), s_unordered);

    private static void Limit(ServerConfig config, long intset, long listpack)
    {
        config.SetMaxIntsetEntries = intset;
        config.SetMaxListpackEntries = listpack;
    }
}
