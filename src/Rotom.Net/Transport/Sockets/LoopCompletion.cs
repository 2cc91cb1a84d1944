using System;
using System.Net.Sockets;
using System.Threading;
using Rotom.Net.Loop;

namespace Rotom.Net.Transport.Sockets;

/// <summary>A socket operation whose completion runs on the loop.</summary>
internal sealed class LoopCompletion(IEventLoop loop, Action done)
    : SocketAsyncEventArgs(true), IThreadPoolWorkItem
{
    /// <summary>On the loop's thread: the operation is over.</summary>
    public void Execute() => done();

    /// <summary>On a thread of the framework.</summary>
    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        try
        {
            loop.Execute(this);
        }
        catch (ObjectDisposedException)
        {
            // The loop ended with its transport: this is the close of the last sockets.
            AcceptSocket?.Dispose();
            Dispose();
        }
    }
}
