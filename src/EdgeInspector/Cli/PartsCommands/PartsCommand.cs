using System.CommandLine;
using EdgeInspector.Delivery.History;

namespace EdgeInspector.Cli.PartsCommands;

/// <summary><c>parts</c>: what the agent remembers of parts, also while it runs.</summary>
internal static class PartsCommand
{
    public static Command Create()
    {
        var command = new Command(
            "parts",
            "Shows the parts of a time, or figures by hour, shift, day or week, out of the agent's history; also while the agent runs.");
        var arguments = new PartsArguments(command);
        command.SetAction(parsed => Show(arguments.Read(parsed)));
        return command;
    }

    /// <exception cref="RefusedException">There is no history, or it can't be read.</exception>
    private static int Show(PartsRequest request)
    {
        try
        {
            using HistoryReader history = HistoryReader.Open(request.Folder)
                ?? throw new RefusedException(
                    $"There is no history in '{Path.GetFullPath(request.Folder)}'. An agent writes it while it runs, "
                    + "unless History:Enabled is false. Name its data folder with --data.");
            if (request.Per is { } kind)
            {
                var period = new Period(kind, request.Shifts, TimeZoneInfo.Local);
                PeriodScreen.Show(PeriodSum.Of(history.Minutes(request.Query), period), request);
            }
            else
            {
                PartsScreen.Show(history.Parts(request.Query, request.Most), request);
            }
            return ExitCode.Done;
        }
        catch (HistoryException fault)
        {
            throw new RefusedException(fault.Message);
        }
    }
}
