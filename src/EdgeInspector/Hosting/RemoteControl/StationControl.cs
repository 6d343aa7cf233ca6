using System.Globalization;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Storms;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.RemoteControl;

/// <summary>Carries out commands to one station, and keeps what they change until it is taken back. Thread-safe.</summary>
/// <param name="station">The station.</param>
/// <param name="rules">Changes the station's rules.</param>
/// <param name="file">Keeps what was commanded and still holds.</param>
/// <param name="news">Told of every change.</param>
/// <param name="scope">The station's clock, health and log.</param>
internal sealed partial class StationControl(
    Station station, RuleControl rules, CommandedFile file, StationNews news, StationScope scope)
{
    private readonly Lock _gate = new();

    /// <summary>Carries out commands about models.</summary>
    public required Func<RemoteCommand, CancellationToken, Task<CommandAnswer>> ObeyModels { private get; init; }

    /// <summary>Begins to learn a reference, or calls learning off.</summary>
    public required Func<RemoteCommand, StationAnswer> Learn { private get; init; }

    /// <summary>What was commanded and still holds.</summary>
    public Commanded Commanded => file[station.Name];

    /// <summary>Takes up what was commanded before the restart. Called once, before the station starts.</summary>
    /// <param name="areEnabled">False: nobody could take it back by a command any more, so that nothing of it holds.</param>
    public void TakeUp(bool areEnabled)
    {
        if (file.Problem is { } problem)
            station.Health.Complain(HostWordings.CommandedUnreadable.Of(problem));
        lock (_gate)
        {
            Commanded left = Commanded;
            station.StormChanged += Keep;
            if (!areEnabled && left.Pause is not null)
                TakeBackPause(null, "commands are off in the settings");
            rules.TakeUp(areEnabled);
            if (left.Storm is { } storm && !(areEnabled && station.TakeUpStorm(storm.Why)))
                file.Update(station.Name, held => held with { Storm = null });
            if (areEnabled && left.Pause is { } pause)
            {
                station.Pause(WordsOf(pause));
                LogStillPaused(scope.Log, station.Name, WordsOf(pause).Text);
            }
        }
    }

    /// <summary>Carries out one command; a refused command gets an entry in the audit log too.</summary>
    public async Task<CommandAnswer> ObeyAsync(RemoteCommand command, CancellationToken stop)
    {
        CommandAnswer answer = command.Name switch
        {
            "pause" => Pause(command),
            "resume" => Resume(command),
            "threshold" => rules.Set(command),
            "challenge" => Announce(command),
            "endstorm" => EndStorm(command),
            "learn" => BeginToLearn(command),
            _ => await ObeyModels(command, stop),
        };
        if (!answer.Ok)
            news.Note(StationAudit.Refused(command, station.Name, answer, scope.Time.GetUtcNow()));
        return answer;
    }

    private CommandAnswer BeginToLearn(RemoteCommand command)
    {
        StationAnswer answer = Learn(command);
        return new CommandAnswer(answer.Problems.Count == 0, answer.Message, answer.Problems, station.Model.Package);
    }

    private CommandAnswer Pause(RemoteCommand command)
    {
        lock (_gate)
        {
            if (Commanded.Pause is { } already)
                return Done(AnswerWordings.PausedAlready.Of(WordsOf(already)), null);
            var pause = new CommandedPause(scope.Time.GetUtcNow(), command.By, command.Why);
            // Paused before the disk is written, which may take its time.
            station.Pause(WordsOf(pause));
            string? problem = file.Update(station.Name, held => held with { Pause = pause });
            news.Tell("pause", command.By, command.Why);
            return Done(AnswerWordings.Paused.Of(), problem);
        }
    }

    private CommandAnswer Resume(RemoteCommand command)
    {
        lock (_gate)
        {
            return Commanded.Pause is null
                ? Done(AnswerWordings.NotPaused.Of(), null)
                : Done(AnswerWordings.Resumed.Of(), TakeBackPause(command.By, command.Why));
        }
    }

    private string? TakeBackPause(string? by, string? why)
    {
        station.Resume();
        string? problem = file.Update(station.Name, held => held with { Pause = null });
        LogResumed(scope.Log, station.Name, by ?? "somebody", why ?? "");
        news.Tell("resume", by, why);
        return problem;
    }

    private CommandAnswer EndStorm(RemoteCommand command) => station.EndStorm(command.By!, command.Why!)
        ? Done(AnswerWordings.StormEnded.Of(), null)
        : Done(AnswerWordings.NoStorm.Of(), null);

    // Called on the station's thread, which must not wait for a disk.
    private void Keep(StormNews storm)
    {
        if (storm.Stops)
            _ = Task.Run(() => KeepStorm(storm.Began ? new StormStop(storm.At, Short(storm.Why!)) : null));
    }

    private void KeepStorm(StormStop? storm)
    {
        lock (_gate)
        {
            // The tasks for beginning and end of a storm may run in the wrong order.
            if (storm is not null == station.IsInStorm
                && file.Update(station.Name, held => held with { Storm = storm }) is { } problem)
            {
                LogNotKept(scope.Log, station.Name, problem);
            }
        }
    }

    private static string Short(string text) => text.Length <= CommandedFile.MostCharacters ? text : text[..CommandedFile.MostCharacters];

    private CommandAnswer Announce(RemoteCommand command)
    {
        Challenge known = command.Known == "good" ? Challenge.Good : Challenge.Bad;
        return station.Challenges.Announce(known, command.Part, command.By, command.Why)
            ? Done(AnswerTo(known, command.Part), null)
            : new CommandAnswer(
                false, AnswerWordings.Refused.Of(), ["Too many challenge parts are announced already and have not come."],
                station.Model.Package);
    }

    private static Said AnswerTo(Challenge known, string? part) => part is null
        ? (known == Challenge.Bad ? AnswerWordings.NextIsBad : AnswerWordings.NextIsGood).Of()
        : (known == Challenge.Bad ? AnswerWordings.BadPart : AnswerWordings.GoodPart).Of(part);

    private CommandAnswer Done(Said what, string? problem) =>
        new(true, what, problem is null ? [] : [problem], station.Model.Package);

    private Said WordsOf(CommandedPause pause)
    {
        string since = TimeZoneInfo.ConvertTime(pause.At, scope.Time.LocalTimeZone)
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        object by = pause.By is { } name ? name : HostWordings.Somebody.Of();
        return string.IsNullOrWhiteSpace(pause.Why)
            ? HostWordings.Paused.Of(by, since)
            : HostWordings.PausedBecause.Of(by, since, pause.Why.Trim().TrimEnd('.'));
    }

    [LoggerMessage(
        EventId = 645,
        Level = LogLevel.Error,
        Message = "Station {Station}: the storm of rejects would be forgotten by a restart. {Problem}")]
    private static partial void LogNotKept(ILogger log, string station, string problem);

    [LoggerMessage(EventId = 621, Level = LogLevel.Warning, Message = "Station {Station} is still paused after the restart. {Sentence}")]
    private static partial void LogStillPaused(ILogger log, string station, string sentence);

    [LoggerMessage(EventId = 624, Level = LogLevel.Information, Message = "Station {Station} was resumed by {By} {Why}")]
    private static partial void LogResumed(ILogger log, string station, string by, string why);
}
