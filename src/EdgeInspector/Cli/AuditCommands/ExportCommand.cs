using System.CommandLine;
using System.Globalization;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Cli.AuditCommands;

/// <summary><c>audit export</c>: what the log says of a time, a part or a station.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var since = new Option<string?>("--since")
        {
            Description = $"From then on. {PointInTime.Forms}",
            HelpName = "TIME",
        };
        var until = new Option<string?>("--until") { Description = "Until before then; a day means its beginning.", HelpName = "TIME" };
        var part = new Option<string?>("--part") { Description = "Only this part.", HelpName = "ID" };
        var station = new Option<string?>("--station") { Description = "Only this station.", HelpName = "NAME" };
        var csv = new Option<bool>("--csv") { Description = "As CSV with a heading (RFC 4180, UTF-8)." };
        var lines = new Option<bool>("--json-lines")
        {
            Description = "As the lines of the log themselves, with their hashes. This is the default.",
        };
        var file = new Option<string?>("--out") { Description = "A file; default: standard output.", HelpName = "FILE" };
        var command = new Command(
            "export", "Writes out what the log says of a time, a part or a station. Exit code 1: the log does not fit somewhere, "
                + "and standard error says where.")
        {
            since, until, part, station, csv, lines, file,
        };
        var place = new AuditPlace(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(csv) && parsed.GetValue(lines))
                throw new RefusedException("Choose --csv or --json-lines.");
            var filter = new AuditFilter(
                PointInTime.Read("--since", parsed.GetValue(since), DateTimeOffset.Now),
                PointInTime.Read("--until", parsed.GetValue(until), DateTimeOffset.Now),
                parsed.GetValue(part), parsed.GetValue(station));
            (string folder, IReadOnlyList<AuditKey> keys) = place.Of(parsed);
            return Write(folder, keys, filter, parsed.GetValue(csv), parsed.GetValue(file));
        });
        return command;
    }

    private static int Write(string folder, IReadOnlyList<AuditKey> keys, AuditFilter filter, bool asCsv, string? file)
    {
        try
        {
            long count = 0;
            AuditReport report;
            using (Stream to = file is null ? Console.OpenStandardOutput() : File.Create(file))
            using (var buffered = new BufferedStream(to, 1 << 16))
            {
                if (asCsv)
                    buffered.Write(AuditCsv.Heading);
                report = AuditVerification.Run(folder, keys, each: line =>
                {
                    if (!filter.Takes(line))
                        return;
                    count++;
                    if (asCsv)
                    {
                        buffered.Write(AuditCsv.Row(line));
                        return;
                    }
                    buffered.Write(line);
                    buffered.WriteByte((byte)'\n');
                });
            }
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} of {report.Entries} entries."));
            if (report.Misfit is not { } misfit)
                return ExitCode.Done;
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"The audit log does not fit, so that this proves nothing from there on. "
                    + $"{misfit.File}, line {misfit.Line}, {misfit.Entry}: {misfit.Why}"));
            return ExitCode.Failed;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw new RefusedException($"The export failed: {fault.Message}");
        }
    }
}
