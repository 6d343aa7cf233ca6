using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Cli.ModelCommands;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.References;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.StationCommands;

/// <summary>
/// <c>stations learn</c>: learns what good parts look like at a station, from the next parts of the running agent or from a folder; also
/// shows and forgets references.
/// </summary>
internal static class LearnCommand
{
    public static Command Create()
    {
        var command = new Command(
            "learn",
            "Learns what good parts look like at a station: light, sharpness, place, coarse look. Pictures beyond it get no verdict. "
            + "Exit code 0: it is done; 1: it is not.");
        var arguments = new LearnArguments(command);
        var settings = new SettingsArguments(command);
        command.SetAction((parsed, stop) =>
        {
            // Read before the settings, whose folder then becomes the working folder.
            LearnRequest asked = arguments.Read(parsed);
            return RunAsync(asked, new StoreAccess(SettingsFile.Load(settings.File(parsed), SettingsArguments.Overrides(parsed))), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(LearnRequest asked, StoreAccess store, CancellationToken stop)
    {
        StationRequest request = asked.At(store.Station(asked.Station, ": stations learn NAME").Name);
        if (request.Type is { } meant && ReferenceFormat.TypeFault(meant) is { } noType)
            throw new RefusedException($"--type: {noType}.");
        var learner = new ReferenceLearning(store);
        try
        {
            return asked.Deed switch
            {
                LearnDeed.Show => learner.Show(request.Station),
                LearnDeed.CallOff => await learner.CallOffAsync(request, stop),
                LearnDeed.Forget => await learner.ForgetAsync(request, stop),
                _ when asked.Pictures is { } pictures => await learner.LearnFromAsync(pictures, request, stop),
                _ => await learner.LearnLiveAsync(request, stop),
            };
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is TimeoutException or DataFolderException or SecretFileException)
        {
            throw new RefusedException(
                $"{fault.Message} (Run it as the user of the service, who may write into '{store.Options.DataFolder}'.)");
        }
    }
}
