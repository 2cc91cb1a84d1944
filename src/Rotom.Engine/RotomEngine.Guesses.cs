using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Guessing slowly: auth-failure-delay-ms. AUTH, and HELLO with AUTH, of an address that failed too
// often wait that long before the password is looked at: until then neither an answer nor its
// absence tells anything, and to hang up is no short cut. Waiting is what BLPOP does (Blocking.cs):
// the command is kept, the pipeline behind it rests, nobody else is held up, and the command is run
// anew when the time is over. Each guess of a connection waits for itself.
//
// Nobody is locked out: the right password is taken after the delay, and clears the address. In a
// transaction nothing can wait; there such an address is refused.
//
// A unix socket and a client inside the process have no address; they are never slowed down.
public sealed partial class RotomEngine
{
    private readonly AuthFailures _authFailures = new();

    /// <summary>
    /// True when the client's AUTH or HELLO is not to be looked at now: it waits, or was refused.
    /// </summary>
    internal bool HoldsGuess(in CommandContext c)
    {
        Client client = c.Client;
        long delayMs = Config.AuthFailureDelayMilliseconds;
        if (delayMs == 0 || !HasAddress(client.Link)) return false;
        if (_retrying is { Kind: WaitKind.Guess } held && ReferenceEquals(held.Client, client))
        {
            return false;
        }

        if (!_authFailures.IsSlow(client.Link.RemoteAddress, _nowNanos)) return false;
        if (MayBlock(client)) Block(MakeWaiter(in c, WaitKind.Guess, default, delayMs, null));
        else c.Error("ERR too many failures to authenticate: not allowed in a transaction now");
        return true;
    }

    private void NoteGuess(ClientLink link, bool isRight)
    {
        if (!HasAddress(link)) return;
        if (isRight) _authFailures.Succeeded(link.RemoteAddress);
        else if (Config.AuthFailureDelayMilliseconds != 0)
        {
            _authFailures.Failed(link.RemoteAddress, _nowNanos);
        }
    }

    // Every socket has a number; a client inside the process has none.
    private static bool HasAddress(ClientLink link) =>
        !link.IsUnixSocket && link.FileDescriptor >= 0;
}
