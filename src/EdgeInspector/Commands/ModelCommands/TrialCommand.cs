using System.CommandLine;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Hosting;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Commands.ModelCommands;

/// <summary>
/// <c>models trial</c>: the process in which the agent tries a package, out of the way of the line. Reads a <see cref="TrialRequest"/> from standard input, writes a
/// <see cref="TrialReport"/> to standard output. Not for people.
/// </summary>
internal static class TrialCommand
{
    private const int MostBytes = 1 << 20;

    public static Command Create()
    {
        var command = new Command("trial", "Tries a package for the agent.") { Hidden = true };
        command.SetAction((_, stop) => Task.Run(() => Run(stop), stop));
        return command;
    }

    private static int Run(CancellationToken stop)
    {
        using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[MostBytes];
        int length = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        TrialRequest request = TrialJson.ReadRequest(buffer.AsSpan(0, length)) ?? throw new RefusedException("Standard input holds no request.");
        var trial = new Trial(
            (path, pool) =>
            {
                ImageReading reading = ImageFile.Read(path, pool);
                return (reading.Frame, reading.Problem);
            },
            NullLogger.Instance);
        using Stream output = Console.OpenStandardOutput();
        output.Write(TrialJson.Write(trial.Run(request, stop)));
        return ExitCode.Done;
    }
}
