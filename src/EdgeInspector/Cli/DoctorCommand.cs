using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Doctor;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Printing;
using Spectre.Console;

namespace EdgeInspector.Cli;

/// <summary><c>doctor</c>: looks at everything the line depends on; each line says ok or how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Checks native libraries, providers, models, cameras, broker, disk and clock. Exit code 1 when something would stop the line.");
        var arguments = new SettingsArguments(command);
        command.SetAction((parsed, stop) => RunAsync(arguments.File(parsed), SettingsArguments.Overrides(parsed), stop));
        return command;
    }

    private static async Task<int> RunAsync(string? file, string[] overrides, CancellationToken stop)
    {
        bool good = true;
        await foreach (Finding finding in Examination.RunAsync(file, overrides, stop))
        {
            (string word, Color colour) = finding.Severity switch
            {
                Severity.Good => ("ok", Color.Green),
                Severity.Warning => ("look", Color.Yellow),
                _ => ("mend", Color.Red),
            };
            Terminal.Results.Write(Terminal.Cell($"{word,-5}", new Style(colour)));
            Console.Out.WriteLine(PrintableText.Of($"{finding.Subject}: {finding.Message}"));
            good &= finding.Severity != Severity.Fault;
        }
        return good ? ExitCode.Done : ExitCode.Failed;
    }
}
