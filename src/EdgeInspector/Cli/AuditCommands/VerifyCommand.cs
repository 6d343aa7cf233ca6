using System.CommandLine;
using System.Globalization;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Cli.AuditCommands;

/// <summary><c>audit verify</c>: names the first entry that does not fit.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var contains = new Option<string?>("--contains")
        {
            Description = "A hash that somebody noted elsewhere, such as from 'state' of another day: it must be in the chain. "
                + "Shows entries cut off at the end.",
            HelpName = "HASH",
        };
        var command = new Command(
            "verify", "Looks through the whole log. Exit code 0: each entry fits the one before it; 1: one does not, and it is "
                + "named; 2: there is nothing to look at.")
        {
            contains,
        };
        var place = new AuditPlace(command);
        command.SetAction(parsed =>
        {
            (string folder, IReadOnlyList<AuditKey> keys) = place.Of(parsed);
            string? wanted = parsed.GetValue(contains)?.Trim().ToLowerInvariant();
            if (wanted is not null && (wanted.Length != 64 || !wanted.All(char.IsAsciiHexDigitLower)))
                throw new RefusedException("--contains: a hash has 64 hexadecimal digits.");
            return Show(Run(folder, keys, wanted), folder, keys);
        });
        return command;
    }

    private static AuditReport Run(string folder, IReadOnlyList<AuditKey> keys, string? wanted)
    {
        try
        {
            return AuditVerification.Run(folder, keys, wanted);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw new RefusedException($"The audit log can't be read: {fault.Message} (Run it as the user of the service.)");
        }
    }

    private static int Show(AuditReport report, string folder, IReadOnlyList<AuditKey> keys)
    {
        foreach (string note in report.Notes)
            Console.Out.WriteLine(note);
        if (report.Misfit is { } misfit)
        {
            string place = misfit.Line == 0 ? misfit.File
                : string.Create(CultureInfo.InvariantCulture, $"{misfit.File}, line {misfit.Line}");
            Console.Error.WriteLine($"The audit log does not fit. {place}{(misfit.Entry.Length > 0 ? $", {misfit.Entry}" : "")}: "
                + $"{misfit.Why}");
            return ExitCode.Failed;
        }
        if (report.Entries == 0)
            throw new RefusedException($"The audit log in '{folder}' has no entry.");
        string seals = keys.Count > 0 ? "Seals are right."
            : report.SealedFrom > 0 ? "Seals were not looked at: name the key with --key-file."
            : "They are not sealed.";
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The audit log fits: {report.Entries} entries in {report.Files} files, {report.First} to {report.Last}. {seals} The "
                + $"last hash is {report.LastHash}."));
        return ExitCode.Done;
    }
}
