using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Storms;

/// <summary>A storm of rejects began or ended.</summary>
/// <param name="Began">True: it began; false: it ended.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="InARow">Parts in a row that were rejected.</param>
/// <param name="Rejected">How many of <paramref name="Known"/> were rejected.</param>
/// <param name="Known">How many of the last parts are known; 0 without a limit for the share.</param>
/// <param name="Pictures">What the pictures say.</param>
/// <param name="Stops">True when the gate is told to stop.</param>
/// <param name="By">Who ended the storm; null: the storm began, or ended by itself.</param>
/// <param name="Why">Why the storm ended, or the alarm in sentences.</param>
public sealed record StormNews(
    bool Began, DateTimeOffset At, int InARow, int Rejected, int Known, PictureChange Pictures, bool Stops, string? By, string? Why)
{
    /// <summary>The alarm; null: the storm ended.</summary>
    public Said? Alarm { get; init; }
}

/// <summary>Whether the pictures of rejected parts look as those of parts that passed.</summary>
public enum PictureChange
{
    /// <summary>Too few parts have passed to know.</summary>
    Unknown,

    /// <summary>The pictures are as bright and sharp as before: probably the parts changed.</summary>
    Same,

    /// <summary>The pictures look different: light, focus, camera or lens changed.</summary>
    Changed,
}
