using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgeInspector.LineTests.Line;

/// <summary>A broker of three nodes on this machine, each on free ports of its own; nodes can be killed and started again.</summary>
internal abstract class BrokerCluster : IDisposable
{
    public const int Nodes = 3;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly ChildProcess?[] _processes = new ChildProcess?[Nodes];

    /// <summary>The ports of the nodes for MQTT.</summary>
    public int[] Ports { get; } = [.. Enumerable.Range(0, Nodes).Select(_ => TestSupport.Ports.Free())];

    /// <summary>Starts a node; does not wait for it.</summary>
    public void Start(int node) => _processes[node] = Launch(node);

    /// <summary>Waits until a node takes connections of MQTT.</summary>
    public void WaitUntilReady(int node, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Listens(Ports[node]))
        {
            if (_processes[node]!.HasExited || Stopwatch.GetElapsedTime(start) > patience)
                throw new TimeoutException($"Node {node} did not come up within {patience}. It said:\n{_processes[node]!.Said}");
            Thread.Sleep(LookAgain);
        }
    }

    /// <summary>SIGKILL.</summary>
    public void Kill(int node)
    {
        _processes[node]!.Kill();
        _processes[node]!.WaitForExit(LineTest.Patience);
        _processes[node]!.Dispose();
        _processes[node] = null;
    }

    public virtual void Dispose()
    {
        foreach (ChildProcess? process in _processes)
            process?.Dispose();
    }

    protected abstract ChildProcess Launch(int node);

    private static bool Listens(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
