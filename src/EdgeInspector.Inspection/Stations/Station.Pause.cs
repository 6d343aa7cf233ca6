namespace EdgeInspector.Inspection.Stations;

/// <summary>The pause: somebody works on the line, and no verdict of this station shall count.</summary>
public sealed partial class Station
{
    /// <summary>Under this name a station says that it is paused.</summary>
    public const string PauseComponent = "pause";

    private volatile string? _pausedBecause;

    /// <summary>Why the station is paused, in a sentence; null while it is not.</summary>
    public string? PausedBecause => _pausedBecause;

    /// <summary>
    /// From the next trigger on each part gets <c>none</c> with the reason <c>paused</c> at once; those accepted before get their verdicts. A source that may
    /// wait is held up. Any thread; also before <see cref="Start"/>.
    /// </summary>
    /// <param name="because">Who paused it and why, in a sentence; for <c>state</c> and events.</param>
    public void Pause(string because)
    {
        _pausedBecause = because;
        Complain(PauseComponent, because);
    }

    /// <summary>Inspects again, from the next trigger on. Any thread.</summary>
    public void Resume()
    {
        _pausedBecause = null;
        Withdraw(PauseComponent);
        lock (_idle)
            Monitor.PulseAll(_idle);
    }
}
