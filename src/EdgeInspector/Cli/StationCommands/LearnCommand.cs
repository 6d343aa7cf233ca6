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
/// <c>stations learn</c>: learns what good parts look like at a station, from the next parts of the agent that runs
/// or from a folder; shows it, and forgets it.
/// </summary>
internal static class LearnCommand
{
    public static Command Create()
    {
        var station = new Argument<string?>("NAME")
        {
            Description = "The station; not needed where there is only one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var parts = new Option<int>("--parts")
        {
            Description = $"From how many of the next parts, {Reference.FewestParts} to {Reference.MostParts}. All of them must be good.",
            HelpName = "N",
            DefaultValueFactory = _ => StationLearning.UsualParts,
        };
        var type = new Option<string?>("--type")
        {
            Description = "The type of part, as triggers name it; default: parts whose trigger names none.",
            HelpName = "TYPE",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Learn from the pictures in and below this folder instead of from live parts.",
            HelpName = "FOLDER",
        };
        var by = new Option<string?>("--by")
        {
            Description = "Who vouches for the parts, or says so; default: the user.",
            HelpName = "WHO",
        };
        Option<string?> why = ModelsCommand.WhyOption();
        var show = new Option<bool>("--show") { Description = "Only show what was learnt." };
        var end = new Option<bool>("--stop") { Description = "Call off what is being learnt from live parts, whoever began it." };
        var forget = new Option<bool>("--forget") { Description = "Forget what was learnt." };
        var command = new Command(
            "learn",
            "Learns what good parts look like at a station: light, sharpness, place, coarse look. Pictures beyond it get no verdict. "
            + "Exit code 0: it is done; 1: it is not.")
        {
            station, parts, type, from, by, why, show, end, forget,
        };
        var arguments = new SettingsArguments(command);
        command.Validators.Add(result =>
        {
            bool[] asked = [result.GetValue(show), result.GetValue(end), result.GetValue(forget), result.GetValue(from) is not null];
            if (asked.Count(one => one) > 1)
                result.AddError("--show, --stop, --forget and --from exclude each other.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            // Before the settings are read, whose folder then is the working folder.
            string? pictures = parsed.GetValue(from) is { } given ? Path.GetFullPath(given) : null;
            var store = new StoreAccess(SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed)));
            string name = store.Station(parsed.GetValue(station), ": stations learn NAME").Name;
            var request = new StationRequest(
                StationRequestKind.Learn, name, parsed.GetValue(type), parsed.GetValue(parts), parsed.GetValue(by) ?? Environment.UserName,
                parsed.GetValue(why));
            if (request.Type is { } meant && ReferenceFormat.TypeFault(meant) is { } noType)
                throw new RefusedException($"--type: {noType}.");
            var learner = new ReferenceLearning(store);
            try
            {
                return parsed.GetValue(show) ? learner.Show(name)
                    : parsed.GetValue(end) ? await learner.CallOffAsync(request with { Kind = StationRequestKind.CallOff }, stop)
                    : parsed.GetValue(forget) ? await learner.ForgetAsync(request with { Kind = StationRequestKind.Forget }, stop)
                    : pictures is not null ? await learner.LearnFromAsync(pictures, request, stop)
                    : await learner.LearnLiveAsync(request, stop);
            }
            catch (Exception fault) when (DiskFault.Is(fault) || fault is TimeoutException or DataFolderException or SecretFileException)
            {
                throw new RefusedException(
                    $"{fault.Message} (Run it as the user of the service, who may write into '{store.Options.DataFolder}'.)");
            }
        });
        return command;
    }
}
