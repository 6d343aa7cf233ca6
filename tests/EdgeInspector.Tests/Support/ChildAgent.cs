using System.Diagnostics;
using System.Text;

namespace EdgeInspector.Tests.Support;

/// <summary>The agent as a process of its own; killed at the end, whatever happened.</summary>
internal sealed class ChildAgent : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    public ChildAgent(string folder, string settings, params (string Name, string Value)[] environment)
    {
        string file = Path.Combine(folder, "settings.json");
        File.WriteAllText(file, settings);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EdgeInspector.dll"), "run", "--settings", file])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    public void WaitUntilItSays(string text, TimeSpan patience) =>
        Assert.True(SpinWait.SpinUntil(() => _process.HasExited || Said.Contains(text, StringComparison.Ordinal), patience)
            && Said.Contains(text, StringComparison.Ordinal), $"It never said '{text}', but:\n{Said}");

    /// <summary>Sends SIGTERM, as systemd does.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-s", "TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public int WaitForExit(TimeSpan patience)
    {
        Assert.True(_process.WaitForExit(patience), $"It did not end within {patience}. It said:\n{Said}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_said)
            _said.AppendLine(line);
    }
}
