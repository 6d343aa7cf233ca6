using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EdgeInspector.Delivery.Tests.Support;

/// <summary>A real mosquitto with a configuration of its own, in a temporary folder, on a free port.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    private readonly string _program;
    private Process? _process;

    private Mosquitto(string program) => _program = program;

    public int Port { get; } = FreePort();

    /// <summary>Starts it, or skips the test when it is not installed.</summary>
    /// <param name="settings">Lines for the listener, from the broker's folder; null: anybody may come in.</param>
    public static async Task<Mosquitto> StartAsync(Func<string, string>? settings = null)
    {
        string? program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Append("/usr/local/sbin")
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "mosquitto.exe" : "mosquitto")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "mosquitto is not installed.");
        var broker = new Mosquitto(program);
        // Started as root it would become the user "mosquitto", who can't read our folder.
        string listener = $"listener {broker.Port} 127.0.0.1\nuser {Environment.UserName}\n";
        await File.WriteAllTextAsync(broker.In("mosquitto.conf"), listener + (settings?.Invoke(broker._folder) ?? "allow_anonymous true") + "\n");
        await broker.StartAgain();
        return broker;
    }

    public string In(string file) => Path.Combine(_folder, file);

    public async Task StartAgain()
    {
        _process = Process.Start(new ProcessStartInfo(_program, ["-c", In("mosquitto.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string said = "";
        _process.ErrorDataReceived += (_, e) => said += e.Data + "\n";
        _process.BeginErrorReadLine();
        await Until.True(() => !_process.HasExited ? Listens() : throw new InvalidOperationException($"mosquitto ended: {said}"), "mosquitto to listen");
    }

    public async Task Kill()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        Directory.Delete(_folder, recursive: true);
    }

    private bool Listens()
    {
        try
        {
            using var probe = new TcpClient();
            probe.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
