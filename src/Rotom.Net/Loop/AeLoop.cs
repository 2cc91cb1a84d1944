using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.Versioning;
using Rotom.Net.Native;

namespace Rotom.Net.Loop;

// AeLoop: level-triggered epoll and one eventfd.
//
// Level-triggered, because what a turn leaves unread is reported again without any bookkeeping of
// ours, which is all the fairness the transport needs. The eventfd alone is edge-triggered: each
// write reports it once and it never has to be read, which saves a system call a wake-up.
//
// A socket is known to epoll by its slot and the slot's generation, so that an event that was
// already in the array when its socket was closed does not reach the next owner of the slot.
// Watch, Change and Forget belong to the loop's thread (or to whoever sets up a loop at rest).

/// <summary>What a loop calls when a watched socket is ready.</summary>
internal interface IReadyHandler
{
    /// <summary>Notes the readiness; must not block.</summary>
    void Ready(uint events);

    /// <summary>
    /// <see cref="Ready"/> threw. The socket would be reported, and fail, for ever: it is closed,
    /// or rests.
    /// </summary>
    void Failed();
}

/// <summary>The event loop on Linux' epoll.</summary>
[SupportedOSPlatform("linux")]
public sealed class AeLoop : EventLoop
{
    private const ulong WakeData = ulong.MaxValue;

    // By default the kernel may end a wait 50 microseconds late, as long as a rest.
    private const int TimerSlackNanos = 1;

    private readonly OwnedDescriptor _epoll;
    private readonly OwnedDescriptor _wake;
    private readonly EpollEvents _events;

    // Holds the eventfd alone: what a rest waits on.
    private readonly OwnedDescriptor _rest;
    private readonly Stack<int> _freeSlots = new();
    private Slot[] _slots = new Slot[64];
    private int _slotCount;
    private uint _window;
    private int _active;

    /// <summary>Opens the epoll set; the thread starts with the first item.</summary>
    public AeLoop(LoopOptions options)
        : base(options)
    {
        _events = new EpollEvents(options.EventsPerTurn);
        _epoll = new OwnedDescriptor(Libc.EpollCreate(), "epoll_create1");
        _wake = new OwnedDescriptor(Libc.EventFd(), "eventfd");
        uint edge = Libc.EpollIn | unchecked((uint)Libc.EpollEdge);
        Control(_epoll, Libc.EpollCtlAdd, _wake.Number, edge, WakeData);
        _rest = new OwnedDescriptor(Libc.EpollCreate(), "epoll_create1");
        Control(_rest, Libc.EpollCtlAdd, _wake.Number, edge, WakeData);
    }

    /// <summary>Starts to watch a socket.</summary>
    /// <returns>Its slot, for <see cref="Change"/> and <see cref="Forget"/>.</returns>
    internal int Watch(int fd, uint events, IReadyHandler handler)
    {
        if (!_freeSlots.TryPop(out int slot))
        {
            if (_slotCount == _slots.Length) Array.Resize(ref _slots, _slots.Length * 2);
            // Giving a slot back must not need memory.
            _freeSlots.EnsureCapacity(_slots.Length);
            slot = _slotCount++;
        }

        try
        {
            Control(_epoll, Libc.EpollCtlAdd, fd, events, Data(slot));
        }
        catch (Win32Exception)
        {
            _freeSlots.Push(slot);
            throw;
        }

        _slots[slot].Handler = handler;
        return slot;
    }

    /// <summary>Changes what a watched socket is watched for.</summary>
    internal void Change(int fd, int slot, uint events) =>
        Control(_epoll, Libc.EpollCtlMod, fd, events, Data(slot));

    /// <summary>Stops to watch a socket that stays open, and gives its slot back.</summary>
    internal void Unwatch(int fd, int slot)
    {
        Control(_epoll, Libc.EpollCtlDel, fd, 0, 0);
        Forget(slot);
    }

    /// <summary>Gives the slot back. Closing the socket takes it out of the epoll set.</summary>
    internal void Forget(int slot)
    {
        _slots[slot].Handler = null;
        _slots[slot].Generation++;
        _freeSlots.Push(slot);
    }

    /// <inheritdoc/>
    protected override int Poll(int timeoutMs)
    {
        int count = Libc.EpollWait(_epoll.Number, _events, timeoutMs);
        if (count < 0) throw new Win32Exception(-count, $"epoll_wait: {Errno.Text(-count)}");
        int ready = 0;
        for (int i = 0; i < count; i++)
        {
            ulong data = _events.Data(i);
            if (data == WakeData) continue;
            ready++;
            ref Slot slot = ref _slots[(int)(uint)data];
            if (slot.Window != _window)
            {
                slot.Window = _window;
                _active++;
            }

            if (slot.Generation != (uint)(data >> 32) || slot.Handler is not { } handler) continue;
            try
            {
                handler.Ready(_events.Flags(i));
            }
            catch (Exception error)
            {
                GiveUp(handler, error);
            }
        }

        return ready;
    }

    private void GiveUp(IReadyHandler handler, Exception error)
    {
        Report(error);
        try
        {
            handler.Failed();
        }
        catch (Exception again)
        {
            Report(again);
        }
    }

    /// <inheritdoc/>
    private protected override void Began() => Libc.SetTimerSlack(TimerSlackNanos);

    /// <inheritdoc/>
    internal override int Rest(int micros) => Libc.EpollWaitMicros(_rest.Number, micros);

    /// <inheritdoc/>
    internal override int TakeActive()
    {
        int active = _active;
        _active = 0;
        _window++;
        return active;
    }

    /// <inheritdoc/>
    protected internal override void Signal()
    {
        bool held = false;
        try
        {
            _wake.DangerousAddRef(ref held);
            Libc.WriteEventFd(_wake.Number);
        }
        finally
        {
            if (held) _wake.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        _epoll.Dispose();
        _rest.Dispose();
        _wake.Dispose();
    }

    private ulong Data(int slot) => ((ulong)_slots[slot].Generation << 32) | (uint)slot;

    private static void Control(
        OwnedDescriptor epoll, int operation, int fd, uint events, ulong data)
    {
        int result = Libc.EpollControl(epoll.Number, operation, fd, events, data);
        if (result < 0) throw new Win32Exception(-result, $"epoll_ctl: {Errno.Text(-result)}");
    }

    private struct Slot
    {
        public IReadyHandler? Handler;
        public uint Generation;
        public uint Window;
    }
}
