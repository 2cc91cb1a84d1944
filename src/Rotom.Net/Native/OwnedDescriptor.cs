using System;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Rotom.Net.Native;

/// <summary>
/// A descriptor that threads other than the loop use (the epoll set and its wake-up): closed when
/// the last call on it is over, or by the finalizer of a loop nobody disposed.
/// </summary>
internal sealed class OwnedDescriptor : SafeHandle
{
    public OwnedDescriptor(int descriptor, string call)
        : base(-1, ownsHandle: true)
    {
        if (descriptor < 0)
        {
            throw new Win32Exception(-descriptor, $"{call}: {Errno.Text(-descriptor)}");
        }

        SetHandle(descriptor);
    }

    public override bool IsInvalid => handle < 0;

    public int Number => (int)handle;

    protected override bool ReleaseHandle()
    {
        Libc.Close((int)handle);
        return true;
    }
}
