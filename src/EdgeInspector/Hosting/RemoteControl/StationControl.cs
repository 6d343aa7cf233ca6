using System.Globalization;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.RemoteControl;

/// <summary>
/// Carries out what is commanded of one station, keeps what holds until it is taken back, and decides which rules are in force: those of the settings, under
/// the thresholds that were commanded. Thread-safe.
/// </summary>
/// <param name="station">The station.</param>
/// <param name="models">Its models, which resolve the rules.</param>
/// <param name="settings">The rules of the settings.</param>
/// <param name="file">Where it is kept.</param>
/// <param name="obeyModels">Carries out the commands that are about models.</param>
/// <param name="learn">Begins to learn a reference, or calls it off.</param>
/// <param name="tell">Told of every change; must not block.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class StationControl(
    Station station,
    PackageSwitch models,
    RuleOptions settings,
    CommandedFile file,
    Func<RemoteCommand, CancellationToken, Task<CommandAnswer>> obeyModels,
    Func<RemoteCommand, StationAnswer> learn,
    Action<CommandNews> tell,
    TimeProvider time,
    ILogger log)
{
    private readonly Lock _gate = new();
    private RuleOptions _settings = settings;

    /// <summary>What holds.</summary>
    public Commanded Commanded => file[station.Name];

    /// <summary>Takes up what held when the agent ended. Called once, before the station starts.</summary>
    /// <param name="areEnabled">False: nobody could take it back by a command any more, so that none of it holds.</param>
    public void TakeUp(bool areEnabled)
    {
        if (file.Problem is { } problem)
            station.Health.Complain(CommandedFile.Component, problem);
        lock (_gate)
        {
            Commanded left = Commanded;
            station.StormChanged += Keep;
            if (!areEnabled)
            {
                if (left.Pause is not null)
                    TakeBackPause(left, null, "commands are off in the settings");
                Lapse(Commanded.Thresholds, "commands are off in the settings");
                if (left.Storm is not null)
                    file.Put(station.Name, Commanded with { Storm = null });
                return;
            }
            Lapse([.. left.Thresholds.Except(CommandedRules.StillHolding(_settings, left.Thresholds))], "the settings have been changed since");
            Lapse([.. Commanded.Thresholds.Where(one => !IsKnown(one.Tag))], "the model has no such tag");
            if (Commanded.Thresholds.Count > 0)
                models.Put(InForce(Commanded.Thresholds));
            foreach (CommandedThreshold one in Commanded.Thresholds)
                LogStillHolds(log, station.Name, NameOf(one.Tag), one.Threshold, one.By ?? "somebody");
            if (left.Storm is { } storm && !station.TakeUpStorm(storm.Why))
                file.Put(station.Name, Commanded with { Storm = null });
            if (left.Pause is { } pause)
            {
                station.Pause(Sentence(pause));
                LogStillPaused(log, station.Name, Sentence(pause));
            }
        }
    }

    /// <summary>What speaks against other rules of the settings, a sentence each; empty when <see cref="Put"/> may follow.</summary>
    public IReadOnlyList<string> Check(RuleOptions settings)
    {
        RuleSet.Create(CommandedRules.On(settings, CommandedRules.StillHolding(settings, Commanded.Thresholds)), station.Model, out IReadOnlyList<string> problems);
        return problems;
    }

    /// <summary>Puts other rules of the settings in force between two parts. Thresholds that they change themselves are commanded no longer.</summary>
    public void Put(RuleOptions settings)
    {
        lock (_gate)
        {
            IReadOnlyList<RuleDifference> differences = RuleDifference.Between(_settings, settings);
            _settings = settings;
            IReadOnlyList<CommandedThreshold> commanded = Commanded.Thresholds;
            Lapse([.. commanded.Except(CommandedRules.StillHolding(settings, commanded))], "the settings have been changed since");
            models.Put(InForce(Commanded.Thresholds));
            foreach (RuleDifference difference in differences)
            {
                LogSettings(log, station.Name, difference.Words);
                tell(News("settings", difference.Tag, difference.Threshold, null, difference.Words));
            }
        }
    }

    /// <summary>Carries out one command.</summary>
    public Task<CommandAnswer> ObeyAsync(RemoteCommand command, CancellationToken stop) => command.Name switch
    {
        "pause" => Task.FromResult(Pause(command)),
        "resume" => Task.FromResult(Resume(command)),
        "threshold" => Task.FromResult(Set(command)),
        "challenge" => Task.FromResult(Announce(command)),
        "endstorm" => Task.FromResult(EndStorm(command)),
        "learn" => Task.FromResult(Learn(command)),
        _ => obeyModels(command, stop),
    };

    private CommandAnswer Learn(RemoteCommand command)
    {
        StationAnswer answer = learn(command);
        return new CommandAnswer(answer.Problems.Count == 0, answer.Message, answer.Problems, station.Model.Package);
    }

    private CommandAnswer Pause(RemoteCommand command)
    {
        lock (_gate)
        {
            if (Commanded.Pause is { } already)
                return Done($"The station was paused already. {Sentence(already)}", null);
            var pause = new CommandedPause(time.GetUtcNow(), command.By, command.Why);
            // Before the disk, which may take its time.
            station.Pause(Sentence(pause));
            string? problem = file.Put(station.Name, Commanded with { Pause = pause });
            tell(News("pause", null, null, command.By, command.Why));
            return Done("The station is paused: from the next part on there is no verdict but none.", problem);
        }
    }

    private CommandAnswer Resume(RemoteCommand command)
    {
        lock (_gate)
        {
            return Commanded.Pause is null
                ? Done("The station was not paused.", null)
                : Done("The station inspects again, from the next part on.", TakeBackPause(Commanded, command.By, command.Why));
        }
    }

    private string? TakeBackPause(Commanded commanded, string? by, string? why)
    {
        station.Resume();
        string? problem = file.Put(station.Name, commanded with { Pause = null });
        LogResumed(log, station.Name, by ?? "somebody", why ?? "");
        tell(News("resume", null, null, by, why));
        return problem;
    }

    private CommandAnswer EndStorm(RemoteCommand command) => station.EndStorm(command.By!, command.Why!)
        ? Done("The storm of rejects is over: they are counted anew, and the gate is told of each as such.", null)
        : Done("There was no storm of rejects.", null);

    // On the station's thread, which waits for no disk.
    private void Keep(StormNews news)
    {
        if (news.Stops)
            _ = Task.Run(() => KeepStorm(news.Began ? new StormStop(news.At, Short(news.Why!)) : null));
    }

    private void KeepStorm(StormStop? storm)
    {
        lock (_gate)
        {
            // Began and ended may come in the other order than the tasks.
            if (storm is not null == station.IsInStorm && file.Put(station.Name, Commanded with { Storm = storm }) is { } problem)
                LogNotKept(log, station.Name, problem);
        }
    }

    private static string Short(string text) => text.Length <= CommandedFile.MostCharacters ? text : text[..CommandedFile.MostCharacters];

    private CommandAnswer Announce(RemoteCommand command)
    {
        Challenge known = command.Known == "good" ? Challenge.Good : Challenge.Bad;
        return station.Challenges.Announce(known, command.Part, command.By, command.Why)
            ? Done($"{(command.Part is { } part ? $"Part {part}" : "The next part")} is taken for a known-{command.Known ?? "bad"} one.", null)
            : new CommandAnswer(false, "Refused.", ["Too many challenge parts are announced already and have not come."], station.Model.Package);
    }

    private CommandAnswer Set(RemoteCommand command)
    {
        if (!IsKnown(command.Tag))
        {
            return new CommandAnswer(
                false, "Refused.", [$"The model '{station.Model.Name}' has no tag '{command.Tag}'. Its tags are: {string.Join(", ", station.Model.Tags)}."], station.Model.Package);
        }
        lock (_gate)
        {
            List<CommandedThreshold> thresholds = [.. Commanded.Thresholds.Where(one => one.Tag != command.Tag)];
            double? inSettings = CommandedRules.ThresholdOf(command.Tag, _settings);
            if (command.Threshold is { } value)
                thresholds.Add(new CommandedThreshold(command.Tag, value, inSettings, time.GetUtcNow(), command.By, command.Why));
            models.Put(InForce(thresholds));
            string? problem = file.Put(station.Name, Commanded with { Thresholds = thresholds });
            tell(News("threshold", command.Tag, command.Threshold, command.By, command.Why));
            string name = NameOf(command.Tag), said = inSettings is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known}") : "none of its own";
            return Done(
                command.Threshold is { } now
                    ? string.Create(CultureInfo.InvariantCulture, $"The threshold of {name} is {now} from the next part on; the settings say {said}.")
                    : $"The threshold of {name} is again that of the settings ({said}) from the next part on.",
                problem);
        }
    }

    // Under the gate.
    private void Lapse(IReadOnlyList<CommandedThreshold> lapsed, string why)
    {
        if (lapsed.Count == 0)
            return;
        file.Put(station.Name, Commanded with { Thresholds = [.. Commanded.Thresholds.Except(lapsed)] });
        foreach (CommandedThreshold one in lapsed)
        {
            LogLapsed(log, station.Name, NameOf(one.Tag), one.Threshold, why);
            tell(News("lapse", one.Tag, null, null, why));
        }
    }

    private RuleOptions InForce(IReadOnlyList<CommandedThreshold> thresholds) => CommandedRules.On(_settings, thresholds);

    private bool IsKnown(string? tag) => tag is null || station.Model.Tags.Contains(tag, StringComparer.Ordinal);

    private static string NameOf(string? tag) => tag ?? "all tags";

    private CommandNews News(string command, string? tag, double? threshold, string? by, string? why) =>
        new(station.Name, command, time.GetUtcNow(), tag, threshold, by, why);

    private CommandAnswer Done(string message, string? problem) => new(true, message, problem is null ? [] : [problem], station.Model.Package);

    private string Sentence(CommandedPause pause)
    {
        string since = TimeZoneInfo.ConvertTime(pause.At, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        string why = string.IsNullOrWhiteSpace(pause.Why) ? "" : $": {pause.Why.Trim().TrimEnd('.')}";
        return $"Paused by {pause.By ?? "somebody"} since {since}{why}. Its parts get none; the command resume ends it.";
    }

    [LoggerMessage(EventId = 645, Level = LogLevel.Error, Message = "Station {Station}: the storm of rejects would be forgotten by a restart. {Problem}")]
    private static partial void LogNotKept(ILogger log, string station, string problem);

    [LoggerMessage(EventId = 621, Level = LogLevel.Warning, Message = "Station {Station} is still paused after the restart. {Sentence}")]
    private static partial void LogStillPaused(ILogger log, string station, string sentence);

    [LoggerMessage(EventId = 622, Level = LogLevel.Warning, Message = "At station {Station} the threshold of {Tag} is still {Threshold}, as commanded by {By}")]
    private static partial void LogStillHolds(ILogger log, string station, string tag, double threshold, string by);

    [LoggerMessage(EventId = 623, Level = LogLevel.Warning, Message = "At station {Station} the commanded threshold of {Tag}, {Threshold}, holds no longer: {Why}")]
    private static partial void LogLapsed(ILogger log, string station, string tag, double threshold, string why);

    [LoggerMessage(EventId = 624, Level = LogLevel.Information, Message = "Station {Station} was resumed by {By} {Why}")]
    private static partial void LogResumed(ILogger log, string station, string by, string why);

    [LoggerMessage(EventId = 625, Level = LogLevel.Information, Message = "At station {Station} the settings file now says: {Difference}")]
    private static partial void LogSettings(ILogger log, string station, string difference);
}
