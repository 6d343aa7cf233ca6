using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>"A part is here."</summary>
/// <param name="Id">UUIDv7, made when the trigger was accepted: the id of its verdict and event.</param>
/// <param name="Number">Counts the station's triggers from 1; tells two triggers with the same part id apart.</param>
/// <param name="Part">The part's id as the line calls it; duplicates are legal.</param>
/// <param name="At">When the part was here, in ticks of the station's <see cref="TimeProvider"/> (monotonic).</param>
/// <param name="AtWall">When the part was here, by the wall clock; for records only.</param>
/// <param name="Frame">
/// The picture that itself was the trigger (every frame, part presence), with one reference owned by the trigger; else null.
/// </param>
/// <param name="Challenge">What is known of the part, where it is a challenge part.</param>
/// <param name="Type">What kind of part it is, for its reference; null: the trigger names none.</param>
public sealed record Trigger(
    Guid Id,
    long Number,
    string Part,
    long At,
    DateTimeOffset AtWall,
    Frame? Frame,
    Challenge Challenge = Challenge.None,
    string? Type = null);
