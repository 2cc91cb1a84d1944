using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Transport;

/// <summary>Runs alone: it takes the process' descriptors away.</summary>
[CollectionDefinition(nameof(DescriptorTests), DisableParallelization = true)]
public sealed class DescriptorTestsCollection;

[Collection(nameof(DescriptorTests))]
public sealed class DescriptorTests
{
    private const int OpenFiles = 7;

    public static TheoryData<TransportKind> Kinds { get; } = LoopKinds.Here();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_descriptors_accepting_rests_and_goes_on_when_some_are_free(
        TransportKind kind)
    {
        if (!OperatingSystem.IsLinux()) return;
        using EchoServer server = new(kind);
        using Socket early = server.Connect();
        early.Ask("PING\r\n", "+PONG\r\n");
        List<Socket> waiting = [];
        List<FileStream> taken = [];
        for (int i = 0; i < 12; i++) waiting.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
        Assert.Equal(0, getrlimit(OpenFiles, out Limit normal));
        try
        {
            // Room for a few of the accepted ends only; the clients' ends exist already.
            ulong highest = Directory.GetFiles("/proc/self/fd")
                .Max(path => ulong.Parse(Path.GetFileName(path)));
            Assert.Equal(0, setrlimit(OpenFiles, normal with { Soft = highest + 4 }));
            TakeAllButThree(taken);
            foreach (Socket socket in waiting) socket.Connect(server.EndPoint);
            server.WaitUntil(() => server.Logged.Any(line => line.Contains("failed")));
            long events = server.Loop.Statistics.Events;
            for (int i = 0; i < 100; i++) early.Ask("PING\r\n", "+PONG\r\n");
            Assert.InRange(server.Loop.Statistics.Events - events, 0, 120);
        }
        finally
        {
            foreach (FileStream file in taken) file.Dispose();
            Assert.Equal(0, setrlimit(OpenFiles, normal));
        }

        foreach (Socket socket in waiting)
        {
            socket.ReceiveTimeout = (int)LoopKinds.Patience.TotalMilliseconds;
            Assert.Equal("+PONG\r\n", socket.Ask("PING\r\n", "+PONG\r\n"));
            socket.Dispose();
        }
    }

    private static void TakeAllButThree(List<FileStream> taken)
    {
        try
        {
            while (true) taken.Add(File.OpenRead("/dev/null"));
        }
        catch (IOException)
        {
            foreach (FileStream file in taken.TakeLast(3)) file.Dispose();
        }
    }

    [DllImport("libc")]
    private static extern int getrlimit(int resource, out Limit limit);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, in Limit limit);

    private record struct Limit(ulong Soft, ulong Hard);
}
