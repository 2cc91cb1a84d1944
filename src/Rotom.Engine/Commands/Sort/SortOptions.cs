using System;
using System.Collections.Generic;

namespace Rotom.Engine.Commands;

/// <summary>The words of SORT behind its key.</summary>
internal struct SortOptions
{
    private static readonly List<int> s_none = [];

    private long _offset;
    private long _count;

    /// <summary>Nothing but the defaults.</summary>
    public SortOptions()
    {
        _count = -1;
        Sorts = true;
        GetArgs = s_none;
    }

    /// <summary>Elements are compared as texts, not as numbers.</summary>
    public bool Alpha { get; private set; }

    /// <summary>The greatest comes first.</summary>
    public bool Descending { get; private set; }

    /// <summary>False when BY has no asterisk: the value's own order is kept.</summary>
    public bool Sorts { get; private set; }

    /// <summary>Which word is BY's pattern, 0 for none.</summary>
    public int ByArg { get; private set; }

    /// <summary>Which word is STORE's key, 0 for none.</summary>
    public int StoreArg { get; private set; }

    /// <summary>Which words are patterns of GET.</summary>
    public List<int> GetArgs { get; private set; }

    /// <summary>Reads them; false when an error was answered.</summary>
    public bool Read(ref CommandContext c, bool readOnly)
    {
        for (int i = 2; i < c.ArgCount; i++)
        {
            int left = c.ArgCount - i - 1;
            if (c.Is(i, "ASC"u8)) Descending = false;
            else if (c.Is(i, "DESC"u8)) Descending = true;
            else if (c.Is(i, "ALPHA"u8)) Alpha = true;
            else if (left >= 2 && c.Is(i, "LIMIT"u8))
            {
                if (!c.TryInt64(i + 1, out _offset) || !c.TryInt64(i + 2, out _count))
                    return false;
                i += 2;
            }
            else if (left >= 1 && !readOnly && c.Is(i, "STORE"u8)) StoreArg = ++i;
            else if (left >= 1 && c.Is(i, "BY"u8))
            {
                TakeBy(in c, ++i);
                if (!Sorts || c.Engine.MayReadEveryKey(in c)) continue;
                c.Error("ERR BY option of SORT denied due to insufficient ACL permissions."u8);
                return false;
            }
            else if (left >= 1 && c.Is(i, "GET"u8))
            {
                if (!c.Engine.MayReadEveryKey(in c))
                {
                    c.Error("ERR GET option of SORT denied due to insufficient ACL permissions."u8);
                    return false;
                }

                if (GetArgs.Count == 0) GetArgs = [];
                GetArgs.Add(++i);
            }
            else
            {
                c.SyntaxError();
                return false;
            }
        }

        return true;
    }

    /// <summary>Sorts after all, by the elements' texts.</summary>
    public void SortByText()
    {
        Sorts = true;
        Alpha = true;
        ByArg = 0;
    }

    /// <summary>Which of so many elements LIMIT wants: first and behind the last.</summary>
    public readonly (int First, int End) Range(long length)
    {
        // A negative count is none; sums of what is cut to the length stay in range.
        long first = Math.Clamp(_offset, 0, length);
        long count = _count < 0 ? length : Math.Min(_count, length);
        return ((int)first, (int)Math.Min(first + count, length));
    }

    // As in Redis a pattern without asterisk says not to sort, even when another BY follows.
    private void TakeBy(in CommandContext c, int at)
    {
        ByArg = at;
        if (!c[at].Contains((byte)'*')) Sorts = false;
    }
}
