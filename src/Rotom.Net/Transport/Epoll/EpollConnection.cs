using System;
using System.Runtime.Versioning;
using Rotom.Net.Loop;
using Rotom.Net.Native;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport.Epoll;

// EpollConnection: a client's socket in the epoll set.
//
// In steady state no epoll_ctl is made: the socket stays registered for input while its batch is
// under way, and only when input does arrive in that time is the registration taken back (parked),
// so that level-triggered epoll does not report it over and over. UpdateInterest registers it again
// once it may be read. Room is watched for only while output is pending.
//
// A hang-up can't be masked, so a socket that hung up while its last batch is under way is taken
// out of the set until then: what it sent before is still to be read.

/// <summary>A client's socket that epoll watches.</summary>
[SupportedOSPlatform("linux")]
internal sealed class EpollConnection : ClientConnection, IReadyHandler
{
    private const int ReportsUnreadMax = 4;
    private const int NotWatched = -1;

    private readonly EpollTransport _transport;
    private readonly int _fd;
    private int _slot = NotWatched;
    private uint _interest;
    private int _reportsUnread;

    public EpollConnection(EpollTransport transport, int fd, ClientLink link)
        : base(link, transport.Settings.Input)
    {
        _transport = transport;
        _fd = fd;
        _interest = Libc.EpollIn;
        _slot = transport.Epoll.Watch(fd, _interest, this);
    }

    public void Ready(uint events)
    {
        if ((events & Libc.EpollOut) != 0)
        {
            _transport.Drain(this);
            if (IsClosed) return;
        }

        if ((events & ~(uint)Libc.EpollOut) == 0) return;
        bool hungUp = (events & (Libc.EpollHup | Libc.EpollErr)) != 0;
        if (CanRead)
        {
            if (!IsReady) _reportsUnread = 0;
            else if (++_reportsUnread >= ReportsUnreadMax) Park(hungUp);
            _transport.NoteReady(this);
        }
        else if (InFlight)
        {
            Park(hungUp);
        }
        else if (hungUp || (Paused && (events & Libc.EpollRdHup) != 0))
        {
            _transport.Close(this);
        }
        else
        {
            // A blocked client is still watched for its leaving.
            SetInterest((Paused ? (uint)Libc.EpollRdHup : 0) | OutInterest);
        }
    }

    public void Failed() => _transport.Close(this);

    public override int Receive(Span<byte> into) => Outcome(Libc.Receive(_fd, into));

    public override int Send(ReadOnlySpan<byte> bytes) => Outcome(Libc.Send(_fd, bytes));

    public override int SendMany(ReadOnlySpan<ArraySegment<byte>> pieces) =>
        Outcome(Libc.SendMany(_fd, pieces));

    public override void UpdateInterest()
    {
        uint read;
        if (CanRead) read = Libc.EpollIn;
        else if (OutputStopped) read = 0;
        else read = _interest & (Libc.EpollIn | Libc.EpollRdHup);
        SetInterest(read | OutInterest);
    }

    public override void CloseSocket()
    {
        // Closed first: a socket that stays open stays in the set, ready and nobody's.
        Libc.Close(_fd);
        if (_slot != NotWatched) _transport.Epoll.Forget(_slot);
        _slot = NotWatched;
    }

    private uint OutInterest => OutputBytes > 0 ? (uint)Libc.EpollOut : 0;

    private void Park(bool hungUp)
    {
        if (!hungUp)
        {
            SetInterest(OutInterest);
            return;
        }

        _transport.Epoll.Unwatch(_fd, _slot);
        _slot = NotWatched;
        _interest = 0;
    }

    private void SetInterest(uint interest)
    {
        if (interest == _interest) return;
        if (_slot != NotWatched) _transport.Epoll.Change(_fd, _slot, interest);
        else if (CanRead) _slot = _transport.Epoll.Watch(_fd, interest, this);
        else return;
        _interest = interest;
    }

    private static int Outcome(int result)
    {
        if (result >= 0) return result;
        return result == -Errno.Again ? WouldBlock : Broken;
    }
}
