using System.Net.Sockets;
using System.Text;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>What systemd hears on <c>NOTIFY_SOCKET</c> from a unit of <c>Type=notify</c> with <c>WatchdogSec</c>.</summary>
public sealed class ServiceManagerTests : LineTest
{
    [Fact]
    public void The_service_manager_is_told_of_readiness_life_and_the_stop()
    {
        string path = Path.Combine(Folder, "notify.sock");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        ChildProcess agent = StartAgent(
            Settings(Ports.Free()), new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "400000" });
        WaitFor(socket, "READY=1");
        WaitFor(socket, "WATCHDOG=1");
        WaitFor(socket, "WATCHDOG=1");
        agent.Terminate();
        WaitFor(socket, "STOPPING=1");
        Assert.Equal(0, agent.WaitForExit(Patience));
    }

    private static void WaitFor(Socket socket, string message)
    {
        byte[] buffer = new byte[4096];
        string heard;
        do
            heard = Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
        while (!heard.Contains(message, StringComparison.Ordinal));
    }
}
