using System.Net.Sockets;

namespace EdgeInspector.LineTests.Line;

/// <summary>A real broker on a free port of its own, which can be stopped and started again.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly string _settings;
    private readonly string _folder;
    private readonly Action<string>? _listen;
    private ChildProcess? _process;

    /// <param name="access">The broker's lines on who may come in, and any others.</param>
    /// <param name="listen">Hears every line of the broker's log.</param>
    public Mosquitto(string folder, string access, Action<string>? listen = null)
    {
        _folder = folder;
        _listen = listen;
        Port = Ports.Free();
        _settings = Path.Combine(folder, "mosquitto.conf");
        // Started as root it would become the user "mosquitto", who can't read this folder.
        File.WriteAllText(_settings, $"listener {Port} 127.0.0.1\nuser {Environment.UserName}\n{access}\nlog_type all\n");
        Start();
    }

    public int Port { get; }

    public void Start()
    {
        string program = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
        _process = ChildProcess.Start(program, ["-c", _settings], _folder, listen: _listen);
        _process.WaitForLine(line => line.Contains("running", StringComparison.Ordinal), LineTest.Patience);
        using var probe = new TcpClient();
        probe.Connect("127.0.0.1", Port);
    }

    /// <summary>Writes the sessions that are to be there again after a kill; with a broker that is persistent.</summary>
    public void SaveSessions()
    {
        ChildProcess.Signal(_process!.Id, "USR1");
        _process.WaitForLine(line => line.Contains("Saving in-memory database", StringComparison.Ordinal), LineTest.Patience);
    }

    /// <summary>SIGKILL. Everything it had logged has been heard when this returns.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit(LineTest.Patience);
        _process.Dispose();
        _process = null;
    }

    public void Stop()
    {
        _process!.Terminate();
        _process.WaitForExit(LineTest.Patience);
        _process.Dispose();
        _process = null;
    }

    public void Dispose() => _process?.Dispose();
}
