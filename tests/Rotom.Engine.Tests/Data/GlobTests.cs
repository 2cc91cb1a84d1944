using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class GlobTests
{
    // What redis-server 7.0.15 answers to KEYS pattern with one key: "1 pattern key" when it is
    // listed; ~ stands for an empty string. The first are chosen, the others random.
    private const string Facts = """
        1 *? a ; 0 ** ~ ; 1 ~ ~ ; 0 ? ~ ; 0 [ [ ; 1 [a a ; 0 [] a ; 1 [^] a ; 1 [z-a] m ;
        1 a\ a\ ; 1 \* * ; 1 [\]] ] ; 0 [a-] - ; 1 [a- - ; 1 [^ x ; 1 [a-c]*z bqz ;
        0 h[^e]llo hello ; 1 h[^e]llo hallo ; 1 [\ \ ; 1 ***a ba ; 0 [a-]] b] ; 1 [^a-] b ;
        1 *? a- ; 1 b* ba\bb ; 1 ?]? ^]] ; 1 *^* ]^^]b ; 1 [a\ab[a a ; 1 ? a ; 1 a a ;
        1 **a* aaaaa] ; 1 b]* b] ; 1 *** \ ; 1 *? a-[-^^ ; 1 b?aa baaa ; 1 a* a^[^b^ ;
        1 [?\\?a \ ; 1 ?* ]\a ; 1 ** b]-b ; 1 *** - ; 1 *? ba\a]] ; 1 ?[\ -\ ; 1 ?* a]--[^ ;
        1 ??*? ]]a-[] ; 1 ]** ][aa]a ; 1 ** b ; 1 *--[a [--a ; 1 ** [ ; 1 aa* aaa^ ;
        1 *[^-*- a] ; 1 aa* aabb ; 1 \\ \ ; 1 ?* [bb[]- ; 1 *\ b\ ; 1 **b* b]aa ; 1 **? a ;
        1 \ \ ; 1 ?a \a ; 1 *[*-a [ ; 1 ?a* [ab ; 1 *a ^-a ; 1 *? ]] ; 1 ***b -a\a[b ;
        1 *a** -[[a ; 1 ** ]^a] ; 1 ** b[[ ; 1 *?^* ^[^- ; 1 ab ab ; 1 *? ^[a]b ; 1 ??* b-\\ ;
        1 *a a ; 1 ** ab]ab] ; 1 a* a ; 1 ?* [-a]aa ; 1 *?* b ; 1 ** ]]a ; 1 [-^a - ; 1 ** ab ;
        1 ?b]*b? \b]bbb ; 1 *? ^-b ; 1 ?*- [-a]- ; 1 b b ; 1 [b*ba* b ; 1 ] ] ; 1 a* a\ ;
        1 ?? -b ; 1 *a aba ; 1 *b b ; 1 ?] [] ; 1 [b-* a ; 1 *\^ aaa^-^ ; 1 a*[^\* a\ ;
        1 *? b[b]a^ ; 1 [aa\baa b ; 1 b** b]- ; 1 *? b[ ; 1 ** aa ; 1 [a[-a- [ ; 1 ?* aa^a^^ ;
        1 b* bba ; 1 b*? bbb]\ ; 1 b*[aaab ba ; 1 [-ba b ; 1 **a ^a ; 1 ** \aa\ ; 1 ** aa\ ;
        1 ** ]] ; 1 *? ^]a]b- ; 1 ?* ^[ ; 0 ^*a* ] ; 0 *a \-] ; 0 -aa*[ [ab ; 0 **-b -[b ;
        0 ]\*abaa bba^ ; 0 ab*?* [^[a ; 0 ^]baa^[ [a\]\ ; 0 [\\b-? \[bb ; 0 \a*ab*a - ; 0 *a ^\ ;
        0 ^b^]b* b]] ; 0 *b- -\ ; 0 ]?[ a\b^^b ; 0 a[ab^]] abab ; 0 *][a-a \^ ; 0 a*b*** b-aa ;
        0 b?***? a ; 0 \[a* []^b] ; 0 bb[? ]^-]-[ ; 0 \[ab\]b -[]- ; 0 aba*aaa b ; 0 ab* -ab\ ;
        0 *a-ab ] ; 0 ^a*\ - ; 0 ^a^*b ba\^ ; 0 ba**a ]-abb ; 0 a-\aa[ \^-]a ; 0 aa*] abba^ ;
        0 \[b??] a^ ; 0 aa-aa* a- ; 0 \[?^a^[ [aaaa] ; 0 \*]\] a[ ; 0 ]a-*b ]] ; 0 [bb b^^\^ ;
        0 b^b*a b ; 0 \a-b\a[ b\\ ; 0 b*- [[b ; 0 \***[ a-a\ ; 0 -?]aa* \b\-ab ; 0 ?a*[ \b[b ;
        0 [ab** -a] ; 0 ?*a a-[^]b ; 0 [ [^bab ; 0 a[^b**b b\ ; 0 ?a*-a]b a[b\^- ;
        0 \[^b^b\ --abba ; 0 \**^*a^ [a-ab ; 0 *]*?*] \bb[\ ; 0 ^\[*^\[ ^-^bab ;
        0 ][]^\-[ \\]abb ; 0 *-^ bba[\ ; 0 a*b^? [ ; 0 bba* [-\a\] ; 0 *?ab* bb ; 0 -*]ab bb[\b ;
        0 b\* b]\ ; 0 *aa aabb ; 0 a--*b ]--][ ; 0 *- aab-ba ; 0 a[-b \\]a] ; 0 a[ b ;
        0 a[-*] bb ; 0 ab[?[* ]\\ ; 0 *]ab] ^a ; 0 b*a* ^a]b ; 0 a[- ^bb ; 0 a[ ]-a]\ ;
        0 ?bb^b* a\^b][ ; 0 ba[b[* a^ ; 0 *a[ ^ ; 0 ?-*a*-* ^bba ; 0 ^bb*a[ [\bab ; 0 ?a^*^b ^ ;
        0 b[]a [\ ; 0 a[a-*[] -a] ; 0 [?a b]-a ; 0 *ab]a?a a ; 0 [ \^b]] ; 0 *-[ba b-b^ ;
        0 -abb]-* ^aaaa ; 0 *?[[ b]^ab] ; 0 *]^aba -abaa ; 0 ^\?*b ]^bb ; 0 \\[b[ ba^^^ ;
        0 ?\*\*b? aa\a ; 0 ^*b* ^aaa ; 0 ?[[^*?[ ]abb ; 0 *^- \ ; 0 a* ba^b\[ ; 0 [b^* [\- ;
        """;

    [Fact]
    public void Answers_as_redis_does()
    {
        int count = 0;
        foreach (string fact in Facts.Split(';', StringSplitOptions.TrimEntries))
        {
            if (fact.Length == 0) continue;
            string[] parts = fact.Split(' ');
            byte[] pattern = Encoding.ASCII.GetBytes(parts[1] == "~" ? "" : parts[1]);
            byte[] text = Encoding.ASCII.GetBytes(parts[2] == "~" ? "" : parts[2]);
            Assert.True(Glob.Matches(pattern, text) == (parts[0] == "1"), fact);
            count++;
        }

        Assert.True(count > 150, $"only {count} facts were read");
    }

    [Theory]
    [InlineData("HELLO*", "hello world", true)]
    [InlineData("[A-C]x", "bX", true)]
    [InlineData("[^a]", "A", false)]
    [InlineData("\\Q", "q", true)]
    [InlineData("*lo", "HELL", false)]
    public void Case_is_ignored_on_request(string pattern, string text, bool expected)
    {
        Assert.Equal(
            expected,
            Glob.Matches(Encoding.ASCII.GetBytes(pattern), Encoding.ASCII.GetBytes(text), true));
    }

    [Fact]
    public void Agrees_with_a_plain_recursive_matcher()
    {
        const int Seed = 20222036;
        Random random = new(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] pattern = Letters(random, "ab*?*", random.Next(0, 9));
            byte[] text = Letters(random, "ab", random.Next(1, 12));
            Assert.True(
                Glob.Matches(pattern, text) == Naive(pattern, text),
                $"seed {Seed}, round {i}: {Encoding.ASCII.GetString(pattern)} "
                    + Encoding.ASCII.GetString(text));
        }
    }

    [Fact]
    public void Many_stars_do_not_explode()
    {
        StringBuilder pattern = new();
        for (int i = 0; i < 20; i++) pattern.Append("a*");
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 40));
        AssertFast(10, Encoding.ASCII.GetBytes(pattern + "b"), text, false);
        AssertFast(10, Encoding.ASCII.GetBytes(pattern + "[b]"), text, false);
        AssertFast(10, Encoding.ASCII.GetBytes(pattern + "b"), text, false, ignoreCase: true);
    }

    [Fact]
    public void Fifty_thousand_stars_do_not_explode()
    {
        StringBuilder pattern = new();
        for (int i = 0; i < 50_000; i++) pattern.Append("*?");
        byte[] stars = Encoding.ASCII.GetBytes(pattern.ToString());
        AssertFast(50, stars, Encoding.ASCII.GetBytes(new string('a', 50_000)), false);
        AssertFast(50, stars[..2000], Encoding.ASCII.GetBytes(new string('a', 50_000)), true);
        byte[] tail = Encoding.ASCII.GetBytes("*" + new string('a', 25_000) + "b");
        AssertFast(50, tail, Encoding.ASCII.GetBytes(new string('a', 50_000)), false);
    }

    // The best of several runs: a budget of time measures the matcher only when nothing else runs.
    private static void AssertFast(
        int milliseconds, byte[] pattern, byte[] text, bool expected, bool ignoreCase = false)
    {
        long best = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Equal(expected, Glob.Matches(pattern, text, ignoreCase));
            best = Math.Min(best, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Assert.True(best < milliseconds, $"took {best} ms, allowed {milliseconds}");
    }

    private static byte[] Letters(Random random, string of, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)of[random.Next(of.Length)];
        return bytes;
    }

    private static bool Naive(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        if (pattern.IsEmpty) return text.IsEmpty;
        if (pattern[0] == '*')
        {
            return Naive(pattern[1..], text) || (!text.IsEmpty && Naive(pattern, text[1..]));
        }

        return !text.IsEmpty && (pattern[0] == '?' || pattern[0] == text[0])
            && Naive(pattern[1..], text[1..]);
    }

    // Where redis-server 7.0.15 draws the line.
    [Theory]
    [InlineData("*?", 1000, true)]
    [InlineData("*?", 1001, false)]
    [InlineData("**a", 1000, true)]
    [InlineData("**a", 1001, false)]
    [InlineData("?*", 1001, true)]
    [InlineData("?*", 1002, false)]
    public void Only_a_thousand_stars_are_followed(string piece, int times, bool matches)
    {
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, times)));
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 3000));
        Assert.Equal(matches, Glob.Matches(pattern, text));
    }
}
