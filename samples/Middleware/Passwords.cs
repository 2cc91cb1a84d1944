using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using Rotom.Engine;

namespace Middleware;

// Passwords: who somebody is, is the host's to say; what he may do stays with ACL. Each user is
// declared without a password ("user ann on nopass ~ann:* +@all"), and the only ways in, AUTH and
// HELLO ... AUTH, lead through here.
//
// It runs in the keyspace's turn, so a check takes microseconds. A host whose passwords are hashed
// slowly, as they should be when people choose them, checks them elsewhere and hands out tokens.

/// <summary>Authentication by passwords of the host's own.</summary>
public sealed class Passwords
{
    private readonly Dictionary<string, byte[]> _hashes = new(StringComparer.Ordinal);
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);

    /// <summary>Adds a user.</summary>
    public Passwords Add(string user, string password)
    {
        _hashes[user] = Hash(Encoding.UTF8.GetBytes(password));
        return this;
    }

    /// <summary>Goes around AUTH and HELLO.</summary>
    public CommandHandler Around(CommandHandler next) => (ref CommandContext c) =>
    {
        int user = c.Command.Name == "auth" ? 1 : AuthIn(in c);
        if (user > 0 && !Fits(in c, user))
        {
            c.Error("WRONGPASS invalid username-password pair or user is disabled.");
            return;
        }

        next(ref c);
    };

    // AUTH with a password alone names the default user, whom nobody may be.
    private bool Fits(in CommandContext c, int user)
    {
        if (user + 1 >= c.ArgCount) return false;
        bool isKnown = _hashes.TryGetValue(Encoding.UTF8.GetString(c[user]), out byte[]? hash);
        return CryptographicOperations.FixedTimeEquals(Hash(c[user + 1]), hash ?? _salt) && isKnown;
    }

    private static int AuthIn(in CommandContext c)
    {
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(c[i], "AUTH"u8)) return i + 1;
        }

        return 0;
    }

    private byte[] Hash(ReadOnlySpan<byte> password) => HMACSHA256.HashData(_salt, password);
}
