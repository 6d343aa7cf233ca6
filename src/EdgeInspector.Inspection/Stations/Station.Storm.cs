using System.Globalization;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>A storm of rejects: somebody must look before a shift is scrapped.</summary>
public sealed partial class Station
{
    /// <summary>Under this name a station complains of a storm of rejects.</summary>
    public const string StormComponent = "storm";

    // Under _answering
    private readonly RejectStorm _storm;

    // Station thread; read for the alarm where a reject is answered, which only this thread does
    private readonly PictureTrend _trend = new();

    /// <summary>Raised when a storm began or ended, on the thread on which it did; must not block.</summary>
    public event Action<StormNews>? StormChanged;

    /// <summary>True while there is a storm of rejects.</summary>
    public bool IsInStorm
    {
        get
        {
            lock (_answering)
                return _storm.IsOn;
        }
    }

    /// <summary>Somebody has looked: rejects are counted anew, and the gate is told of rejects as such again. Any thread.</summary>
    /// <param name="by">Who.</param>
    /// <param name="why">Why.</param>
    /// <returns>False when there was no storm.</returns>
    public bool EndStorm(string by, string why)
    {
        StormNews news;
        lock (_answering)
        {
            if (!_storm.IsOn)
                return false;
            news = News(PictureChange.Unknown, by, why);
            _storm.End();
        }
        TellOfStorm(news with { Began = false });
        return true;
    }

    /// <summary>Takes a verdict into account before its signal; true when a storm began or ended with it. Under _answering.</summary>
    private bool NoteStorm(OpenTrigger open, in Verdict verdict) =>
        _options.RejectStorm.IsOn && open.Trigger.Challenge == Challenge.None && _storm.Note(verdict.Kind);

    /// <summary>What is to be told of it, after the signal. Under _answering.</summary>
    private StormNews StormAfterSignal()
    {
        if (!_storm.IsOn)
            return News(PictureChange.Unknown, null, "Parts pass again.") with { Began = false };
        PictureChange pictures = _trend.Compare(out string words);
        string share = _storm.Known > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {_storm.Rejected} of the last {_storm.Known}")
            : "";
        string stops = _options.RejectStorm.Stop
            ? " The gate is told to stop at each reject until somebody has looked and ends it (command endstorm)."
            : "";
        return News(
            pictures, null, string.Create(CultureInfo.InvariantCulture, $"Too many rejects: {_storm.InARow} in a row{share}. "
                + $"{words}{stops}"));
    }

    private StormNews News(PictureChange pictures, string? by, string? why) => new(
        true, _time.GetUtcNow(), _storm.InARow, _storm.Rejected, _storm.Known, pictures, _options.RejectStorm.Stop, by, why);

    private void TellOfStorm(StormNews news)
    {
        if (news.Began)
            Complain(StormComponent, news.Why!);
        else
            Withdraw(StormComponent);
        try
        {
            StormChanged?.Invoke(news);
        }
#pragma warning disable CA1031 // Whoever listens may throw; the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report($"telling of a storm of rejects failed: {fault.Message}");
        }
    }

    /// <summary>Looks at the picture of a part that has its answer. Station thread.</summary>
    private void NoteTrend(OpenTrigger open, Frame frame)
    {
        if (_options.RejectStorm.IsOn && open.Trigger.Challenge == Challenge.None)
            _trend.Note(frame, _gate, open.Answer.Verdict.Kind);
    }
}
