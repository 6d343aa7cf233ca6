using System.Diagnostics;
using System.Text.Json;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>
/// Tries a package in a process of its own, at low priority and within limits of time and memory: whatever a network does to the engine
/// that runs it, the line goes on.
/// </summary>
/// <param name="program">
/// The program. With its arguments the program reads a <see cref="TrialRequest"/> from standard input and writes a report to standard
/// output.
/// </param>
/// <param name="arguments">The program's arguments.</param>
/// <param name="limits">How long the process may take and how large it may become.</param>
/// <param name="time">The clock.</param>
public sealed class TrialProcess(string program, IReadOnlyList<string> arguments, TrialLimits limits, TimeProvider time) : ITrial
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    // A golden report of many differences is far smaller.
    private const int MostOutput = 4 << 20;

    /// <inheritdoc />
    public async Task<TrialReport> RunAsync(TrialRequest request, CancellationToken stop)
    {
        // One thread and a low priority: the parts of the line come first.
        request = request with { Inference = request.Inference with { Threads = 1 }, TimeLimit = limits.Time };
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                CreateNoWindow = true,
            },
        };
        using var timeout = new CancellationTokenSource(limits.Time, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            process.Start();
            Calm(process);
            Task<string> output = ReadAsync(process.StandardOutput);
            Task<string> errors = ReadAsync(process.StandardError);
            await WriteAsync(process, request, either.Token).ConfigureAwait(false);
            if (await WatchAsync(process, either.Token).ConfigureAwait(false) is { } tooLarge)
                return Refused(tooLarge);
            string text = await output.ConfigureAwait(false);
            return process.ExitCode == 0 && Read(text) is { } report
                ? report
                : Refused(Died(process.ExitCode, await errors.ConfigureAwait(false)));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Refused($"Trying it took longer than {limits.Time.TotalSeconds:0} s. "
                + "Use a smaller model or fewer golden images, or raise Models:TrialTimeout.");
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            return Refused($"The process for its trial could not be run: {fault.Message}");
        }
        finally
        {
            Kill(process);
        }
    }

    private static TrialReport Refused(string problem) => new() { Problems = [problem] };

    private static string Died(int exitCode, string errors)
    {
        string last = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
            ?? "no message";
        return $"Trying it ended its process (code {exitCode}: {last}). It would have ended the agent too; "
            + "train and export the model again.";
    }

    private static async Task WriteAsync(Process process, TrialRequest request, CancellationToken stop)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(StoreJson.Write(request), stop).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process ended before it had read everything; its exit code says more.
        }
    }

    private static TrialReport? Read(string text)
    {
        try
        {
            return TrialJson.ReadReport(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<string?> WatchAsync(Process process, CancellationToken stop)
    {
        Task exited = process.WaitForExitAsync(stop);
        while (!exited.IsCompleted)
        {
            await Task.WhenAny(exited, Task.Delay(LookEvery, time, stop)).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            if (exited.IsCompleted)
                break;
            if (MemoryOf(process) > (long)limits.MemoryMiB << 20)
                return $"Trying it took more than {limits.MemoryMiB} MiB of memory. Use a compact export, or raise Models:TrialMemoryMiB.";
        }
        await exited.ConfigureAwait(false);
        return null;
    }

    /// <summary>How many bytes of memory the process takes; 0 once the process has ended, which may be at any moment.</summary>
    internal static long MemoryOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        char[] buffer = new char[8192];
        var text = new System.Text.StringBuilder();
        for (int count; (count = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            if (text.Length < MostOutput)
                text.Append(buffer, 0, count);
        }
        return text.ToString();
    }

    private static void Calm(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.Idle;
        }
        catch (Exception refused)
            when (refused is System.ComponentModel.Win32Exception or InvalidOperationException or NotSupportedException)
        {
            // The process is over, or that is not allowed: the trial then runs at normal priority.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception over) when (over is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // The process has ended.
        }
    }
}

/// <summary>What a trial may cost.</summary>
/// <param name="Time">How long the trial may take.</param>
/// <param name="MemoryMiB">How large the trial's process may become.</param>
public sealed record TrialLimits(TimeSpan Time, int MemoryMiB);
