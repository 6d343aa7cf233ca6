using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.RemoteControl;

/// <summary>
/// Changes the rules of one station while the station runs: thresholds that are commanded, and rules of changed settings.
/// <see cref="PackageSwitch"/> has the rules in force; this type keeps commanded thresholds over a restart and tells of every change.
/// Thread-safe.
/// </summary>
/// <param name="packages">The models of the station, with the rules in force.</param>
/// <param name="file">Where commanded thresholds are kept.</param>
/// <param name="news">Told of every change.</param>
/// <param name="station">The station.</param>
internal sealed partial class RuleControl(PackageSwitch packages, CommandedFile file, StationNews news, StationScope station)
{
    private readonly Lock _gate = new();

    /// <summary>The rules of the settings.</summary>
    public RuleOptions Settings => packages.Rules.Settings;

    private ModelIdentity Model => packages.Running;

    /// <summary>Takes up the thresholds that were commanded when the agent ended. Called once, before the station starts.</summary>
    /// <param name="areEnabled">False: nobody could take the thresholds back by a command any more, so none of them holds.</param>
    public void TakeUp(bool areEnabled)
    {
        lock (_gate)
        {
            StationRules rules = packages.Rules with { Commanded = file[station.Name].Thresholds };
            if (!areEnabled)
            {
                Lapse(rules, _ => true, "commands are off in the settings");
                return;
            }
            rules = Changed(rules);
            rules = Lapse(rules, one => !IsKnown(one.Tag), "the model has no such tag");
            if (rules.Commanded.Count > 0)
                packages.Put(rules);
            foreach (CommandedThreshold one in rules.Commanded)
                LogStillHolds(station.Log, station.Name, NameOf(one.Tag), one.Threshold, one.By ?? "somebody");
        }
    }

    /// <summary>Why other rules of the settings can't be put in force, a sentence each; empty when <see cref="Put"/> may follow.</summary>
    public IReadOnlyList<string> Check(RuleOptions settings)
    {
        StationRules rules = packages.Rules with { Settings = settings };
        rules = rules with { Commanded = [.. rules.Commanded.Where(rules.StillHolds)] };
        RuleSet.Create(rules.InForce, Model, out IReadOnlyList<string> problems);
        return problems;
    }

    /// <summary>
    /// Puts other rules of the settings in force between two parts. A commanded threshold ends where the new settings change the same
    /// threshold.
    /// </summary>
    public void Put(RuleOptions settings)
    {
        lock (_gate)
        {
            IReadOnlyList<RuleDifference> differences = RuleDifference.Between(Settings, settings);
            packages.Put(Changed(packages.Rules with { Settings = settings }));
            foreach (RuleDifference difference in differences)
            {
                LogSettings(station.Log, station.Name, difference.Words);
                news.Tell("settings", null, difference.Words, difference.Tag, difference.Threshold);
            }
        }
    }

    /// <summary>Carries out the command that sets a threshold, or goes back to the threshold of the settings.</summary>
    public CommandAnswer Set(RemoteCommand command)
    {
        if (!IsKnown(command.Tag))
        {
            string tags = string.Join(", ", Model.Tags);
            string problem = $"The model '{Model.Name}' has no tag '{command.Tag}'. Its tags are: {tags}.";
            return new CommandAnswer(false, AnswerWordings.Refused.Of(), [problem], Model.Package);
        }
        lock (_gate)
        {
            StationRules rules = packages.Rules;
            List<CommandedThreshold> thresholds = [.. rules.Commanded.Where(one => one.Tag != command.Tag)];
            double? inSettings = rules.InSettings(command.Tag);
            if (command.Threshold is { } value)
            {
                DateTimeOffset now = station.Time.GetUtcNow();
                thresholds.Add(new CommandedThreshold(command.Tag, value, inSettings, now, command.By, command.Why));
            }
            packages.Put(rules with { Commanded = thresholds });
            string? problem = file.Update(station.Name, held => held with { Thresholds = thresholds });
            news.Tell("threshold", command.By, command.Why, command.Tag, command.Threshold);
            return new CommandAnswer(true, Answer(command, inSettings), problem is null ? [] : [problem], Model.Package);
        }
    }

    private static Said Answer(RemoteCommand command, double? inSettings)
    {
        object tag = command.Tag is { } name ? name : AnswerWordings.AllTags.Of();
        object settings = inSettings is { } known ? known : AnswerWordings.NoThreshold.Of();
        return command.Threshold is { } now
            ? AnswerWordings.Threshold.Of(tag, now, settings)
            : AnswerWordings.ThresholdOfSettings.Of(tag, settings);
    }

    // Under the gate.
    private StationRules Changed(StationRules rules) => Lapse(rules, one => !rules.StillHolds(one), "the settings have been changed since");

    // Under the gate.
    private StationRules Lapse(StationRules rules, Func<CommandedThreshold, bool> hasLapsed, string why)
    {
        CommandedThreshold[] lapsed = [.. rules.Commanded.Where(hasLapsed)];
        if (lapsed.Length == 0)
            return rules;
        StationRules left = rules with { Commanded = [.. rules.Commanded.Except(lapsed)] };
        file.Update(station.Name, held => held with { Thresholds = left.Commanded });
        foreach (CommandedThreshold one in lapsed)
        {
            LogLapsed(station.Log, station.Name, NameOf(one.Tag), one.Threshold, why);
            news.Tell("lapse", null, why, one.Tag);
        }
        return left;
    }

    private bool IsKnown(string? tag) => tag is null || Model.Tags.Contains(tag, StringComparer.Ordinal);

    private static string NameOf(string? tag) => tag ?? "all tags";

    [LoggerMessage(
        EventId = 622,
        Level = LogLevel.Warning,
        Message = "At station {Station} the threshold of {Tag} is still {Threshold}, as commanded by {By}")]
    private static partial void LogStillHolds(ILogger log, string station, string tag, double threshold, string by);

    [LoggerMessage(
        EventId = 623,
        Level = LogLevel.Warning,
        Message = "At station {Station} the commanded threshold of {Tag}, {Threshold}, holds no longer: {Why}")]
    private static partial void LogLapsed(ILogger log, string station, string tag, double threshold, string why);

    [LoggerMessage(EventId = 625, Level = LogLevel.Information, Message = "At station {Station} the settings file now says: {Difference}")]
    private static partial void LogSettings(ILogger log, string station, string difference);
}
