using System.Globalization;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Storms;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.RemoteControl;

/// <summary>Carries out what is commanded of one station, and keeps what holds until it is taken back. Thread-safe.</summary>
/// <param name="station">The station.</param>
/// <param name="rules">Changes its rules.</param>
/// <param name="file">Where it is kept what holds.</param>
/// <param name="news">Told of every change.</param>
/// <param name="scope">The station's clock, health and log.</param>
internal sealed partial class StationControl(
    Station station, RuleControl rules, CommandedFile file, StationNews news, StationScope scope)
{
    private readonly Lock _gate = new();

    /// <summary>Carries out the commands that are about models.</summary>
    public required Func<RemoteCommand, CancellationToken, Task<CommandAnswer>> ObeyModels { private get; init; }

    /// <summary>Begins to learn a reference, or calls it off.</summary>
    public required Func<RemoteCommand, StationAnswer> Learn { private get; init; }

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
            if (!areEnabled && left.Pause is not null)
                TakeBackPause(null, "commands are off in the settings");
            rules.TakeUp(areEnabled);
            if (left.Storm is { } storm && !(areEnabled && station.TakeUpStorm(storm.Why)))
                file.Update(station.Name, held => held with { Storm = null });
            if (areEnabled && left.Pause is { } pause)
            {
                station.Pause(Sentence(pause));
                LogStillPaused(scope.Log, station.Name, Sentence(pause));
            }
        }
    }

    /// <summary>Carries out one command; one that is refused leaves its entry in the audit log too.</summary>
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
                return Done($"The station was paused already. {Sentence(already)}", null);
            var pause = new CommandedPause(scope.Time.GetUtcNow(), command.By, command.Why);
            // Before the disk, which may take its time.
            station.Pause(Sentence(pause));
            string? problem = file.Update(station.Name, held => held with { Pause = pause });
            news.Tell("pause", command.By, command.Why);
            return Done("The station is paused: from the next part on there is no verdict but none.", problem);
        }
    }

    private CommandAnswer Resume(RemoteCommand command)
    {
        lock (_gate)
        {
            return Commanded.Pause is null
                ? Done("The station was not paused.", null)
                : Done("The station inspects again, from the next part on.", TakeBackPause(command.By, command.Why));
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
        ? Done("The storm of rejects is over: they are counted anew, and the gate is told of each as such.", null)
        : Done("There was no storm of rejects.", null);

    // On the station's thread, which waits for no disk.
    private void Keep(StormNews storm)
    {
        if (storm.Stops)
            _ = Task.Run(() => KeepStorm(storm.Began ? new StormStop(storm.At, Short(storm.Why!)) : null));
    }

    private void KeepStorm(StormStop? storm)
    {
        lock (_gate)
        {
            // Began and ended may come in the other order than the tasks.
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
            ? Done(
                $"{(command.Part is { } part ? $"Part {part}" : "The next part")} is taken for a known-{command.Known ?? "bad"} one.", null)
            : new CommandAnswer(
                false, "Refused.", ["Too many challenge parts are announced already and have not come."], station.Model.Package);
    }

    private CommandAnswer Done(string message, string? problem) =>
        new(true, message, problem is null ? [] : [problem], station.Model.Package);

    private string Sentence(CommandedPause pause)
    {
        string since = TimeZoneInfo.ConvertTime(pause.At, scope.Time.LocalTimeZone)
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        string why = string.IsNullOrWhiteSpace(pause.Why) ? "" : $": {pause.Why.Trim().TrimEnd('.')}";
        return $"Paused by {pause.By ?? "somebody"} since {since}{why}. Its parts get none; the command resume ends it.";
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
