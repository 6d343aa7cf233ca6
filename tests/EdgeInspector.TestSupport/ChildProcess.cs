using System.Diagnostics;
using System.Globalization;

namespace EdgeInspector.TestSupport;

/// <summary>A process whose output is kept, line by line, and can be waited for. Killed at the end, whatever happened.</summary>
public sealed class ChildProcess : IDisposable
{
    // Of a process that talks for hours the latest half is kept.
    private const int MostLines = 40_000;

    private readonly Process _process;
    private readonly object _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Action<string>? _listen;

    private ChildProcess(ProcessStartInfo start, Action<string>? listen)
    {
        _listen = listen;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <param name="listen">Hears every line, on the thread that reads it.</param>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? listen = null)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new ChildProcess(start, listen);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<string> Output => Copy(_output);

    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Everything it said, for messages of failed tests.</summary>
    public string Said => string.Join('\n', [.. Output, .. Errors]);

    /// <summary>Waits for a line on either stream.</summary>
    public string WaitForLine(Func<string, bool> predicate, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (true)
            {
                if (_output.Concat(_errors).FirstOrDefault(predicate) is { } line)
                    return line;
                TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    throw new TimeoutException(
                        $"The line did not come within {timeout}. It said:\n{string.Join('\n', [.. _output, .. _errors])}");
                Monitor.Wait(_gate, left);
            }
        }
    }

    /// <summary>Waits for a line, on either stream, in which a text stands.</summary>
    public string WaitFor(string text) => WaitForLine(line => line.Contains(text, StringComparison.Ordinal), Eventually.Patience);

    /// <summary>Waits for the end and returns the exit code.</summary>
    public int WaitForExit(TimeSpan timeout)
    {
        if (!_process.WaitForExit(timeout))
            throw new TimeoutException($"The process did not end within {timeout}. It said:\n{Said}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM, as systemd and Kubernetes do.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Sends SIGKILL: no code of the process runs any more.</summary>
    public void Kill() => Signal("KILL");

    private void Signal(string name) => Signal(_process.Id, name);

    /// <summary>Sends a signal to any process, such as a child of this one.</summary>
    public static void Signal(int process, string name)
    {
        using Process kill = Process.Start("kill", ["-s", name, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Keep(List<string> lines, string? line)
    {
        if (line is null)
            return;
        _listen?.Invoke(line);
        lock (_gate)
        {
            lines.Add(line);
            if (lines.Count > MostLines)
                lines.RemoveRange(0, MostLines / 2);
            Monitor.PulseAll(_gate);
        }
    }

    private List<string> Copy(List<string> lines)
    {
        lock (_gate)
            return [.. lines];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
