using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rotom.Simulation.Oracle;

// What the commands on keys share: looking up, changing, watching, reading numbers.
internal sealed partial class Model
{
    private const string AnyEncoding = "";
    private const string NotInteger = "ERR value is not an integer or out of range";
    private const string SyntaxError = "ERR syntax error";

    /// <summary>The value of a key that exists now, or null.</summary>
    internal ModelValue? Find(int database, string key)
    {
        if (!Databases[database].TryGetValue(key, out ModelValue? value)) return null;
        return IsPast(value) ? null : value;
    }

    private ModelValue? Find(ModelCall c, int arg) => Find(c.Client.Database, c[arg]);

    private bool IsPast(ModelValue value) => value.ExpireAtMs >= 0 && NowMs > value.ExpireAtMs;

    private IEnumerable<string> LiveKeys(int database) =>
        Databases[database].Where(pair => !IsPast(pair.Value)).Select(pair => pair.Key);

    private void Put(int database, string key, ModelValue value)
    {
        bool isNew = Find(database, key)?.Type != value.Type;
        Changes++;
        Databases[database][key] = value;
        Touch(database, key);
        if (isNew) Note(database, key, value);
    }

    private void Put(ModelCall c, int arg, string text, long expireAtMs = -1) =>
        Put(c.Client.Database, c[arg], new ModelValue(text, EncodingOf(text), expireAtMs));

    private bool Delete(int database, string key)
    {
        bool existed = Find(database, key) is not null;
        Changes++;
        Databases[database].Remove(key);
        if (existed) Touch(database, key);
        return existed;
    }

    /// <summary>A key changed: whoever watches it hears of it at EXEC, who caches it now.
    /// </summary>
    private void Touch(int database, string key)
    {
        TouchWatchers(database, key);
        Invalidate(key);
    }

    private void TouchWatchers(int database, string key)
    {
        foreach (ModelClient client in _clients.Values)
        {
            if (client.Watched.ContainsKey((database, key))) client.IsDirty = true;
        }
    }

    private static string EncodingOf(string text)
    {
        if (TryInteger(text, out _)) return "int";
        return text.Length <= 44 ? "embstr" : "raw";
    }

    /// <summary>A 64-bit integer in its only spelling: no blanks, plus or leading zeros.</summary>
    private static bool TryInteger(string text, out long value)
    {
        value = 0;
        return text.Length is > 0 and <= 20
            && long.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value.ToString(CultureInfo.InvariantCulture) == text;
    }

    private static bool TryInteger(ModelCall c, int arg, out long value)
    {
        if (TryInteger(c[arg], out value)) return true;
        c.Reply.Error(NotInteger);
        return false;
    }

    private static bool Is(ModelCall c, int arg, string word) =>
        string.Equals(c[arg], word, StringComparison.OrdinalIgnoreCase);
}
