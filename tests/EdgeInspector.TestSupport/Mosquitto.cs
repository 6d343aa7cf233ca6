using System.Net.Sockets;

namespace EdgeInspector.TestSupport;

/// <summary>
/// A real broker with settings of its own, in a folder of its own, on a free port of 127.0.0.1. It can be killed and started again.
/// </summary>
public sealed class Mosquitto : IDisposable
{
    private readonly string _program;
    private readonly TemporaryFolder _folder = new();
    private readonly Action<string>? _listen;
    private ChildProcess? _process;

    private Mosquitto(string program, Func<string, string>? settings, Action<string>? listen)
    {
        _program = program;
        _listen = listen;
        string logs = listen is null ? "" : "\nlog_type all";
        // Started as root it would become the user "mosquitto", who can't read this folder.
        string own = $"listener {Port} 127.0.0.1\nuser {Environment.UserName}{logs}";
        _folder.Write("mosquitto.conf", $"{own}\n{settings?.Invoke(_folder.Path) ?? "allow_anonymous true"}\n");
    }

    public int Port { get; } = Ports.Free();

    /// <summary>The folder with the broker's settings.</summary>
    public string Folder => _folder.Path;

    /// <summary>Starts a broker, or skips the test where mosquitto is not installed.</summary>
    /// <param name="settings">
    /// Lines on who may come in, and any others, made from the path of the broker's folder; null: anybody may come in.
    /// </param>
    /// <param name="listen">
    /// Hears every line of the broker's log, on the thread that reads it; the broker then logs all that it can.
    /// </param>
    public static Mosquitto Start(Func<string, string>? settings = null, Action<string>? listen = null)
    {
        var broker = new Mosquitto(InstalledPrograms.Need("mosquitto"), settings, listen);
        try
        {
            broker.StartAgain();
        }
        catch
        {
            broker.Dispose();
            throw;
        }
        return broker;
    }

    /// <summary>The path of a file in the broker's folder.</summary>
    public string In(string file) => _folder[file];

    /// <summary>Starts the broker after a kill or a stop, and waits until it listens.</summary>
    public void StartAgain()
    {
        _process = ChildProcess.Start(_program, ["-c", In("mosquitto.conf")], Folder, listen: _listen);
        string line = _process.WaitForLine(
            said => said.Contains("running", StringComparison.Ordinal) || said.Contains("Error", StringComparison.Ordinal),
            Eventually.Patience);
        if (!line.Contains("running", StringComparison.Ordinal))
            throw new InvalidOperationException($"mosquitto does not start: {_process.Said}");
        using var probe = new TcpClient();
        probe.Connect("127.0.0.1", Port);
    }

    /// <summary>Writes the sessions that are to be there again after a kill; with a broker that is persistent.</summary>
    public void SaveSessions()
    {
        ChildProcess.Signal(_process!.Id, "USR1");
        _process.WaitForLine(line => line.Contains("Saving in-memory database", StringComparison.Ordinal), Eventually.Patience);
    }

    /// <summary>SIGKILL. Everything it had logged has been heard when this returns.</summary>
    public void Kill() => End(process => process.Kill());

    /// <summary>SIGTERM.</summary>
    public void Stop() => End(process => process.Terminate());

    public void Dispose()
    {
        _process?.Dispose();
        _folder.Dispose();
    }

    private void End(Action<ChildProcess> how)
    {
        how(_process!);
        _process!.WaitForExit(Eventually.Patience);
        _process.Dispose();
        _process = null;
    }
}
