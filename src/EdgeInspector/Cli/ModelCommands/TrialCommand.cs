using System.CommandLine;
using System.Diagnostics;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary>
/// <c>models trial</c>: the process in which the agent tries a package, out of the way of the line. Reads a <see cref="TrialRequest"/> from
/// standard input, writes a <see cref="TrialReport"/> to standard output. Not for people.
/// </summary>
internal static class TrialCommand
{
    public const string Name = "trial";

    private const int MostBytes = 1 << 20;

    public static Command Create()
    {
        var parent = new Option<int>("--parent") { Description = "The process that asks." };
        var command = new Command(Name, "Tries a package for the agent.") { parent };
        command.Hidden = true;
        command.SetAction((parsed, stop) =>
        {
            if (parsed.GetValue(parent) is var id and not 0)
                EndWith(id);
            return Task.Run(() => Run(stop), stop);
        });
        return command;
    }

    /// <summary>Ends this process with its agent: an agent that is killed can't do so, and a network may run for ever.</summary>
    private static void EndWith(int parent) => new Thread(() =>
    {
        try
        {
            using var process = Process.GetProcessById(parent);
            process.WaitForExit();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // The agent has ended already.
        }
        using var me = Process.GetCurrentProcess();
        me.Kill();
    })
    { Name = "parent", IsBackground = true }.Start();

    private static int Run(CancellationToken stop)
    {
        using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[MostBytes];
        int length = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        TrialRequest request = TrialJson.ReadRequest(buffer.AsSpan(0, length))
            ?? throw new RefusedException("Standard input holds no request.");
        var trial = new Trial(
            (path, pool) =>
            {
                ImageReading reading = ImageFile.Read(path, pool, ImageLimits.Of(request.Golden.Formats), request.Golden.BitDepth);
                return (reading.Frame, reading.Problem);
            },
            NullLogger.Instance);
        using Stream output = Console.OpenStandardOutput();
        output.Write(TrialJson.Write(trial.Run(request, stop)));
        return ExitCode.Done;
    }
}
