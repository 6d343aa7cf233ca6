using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Inspection.Challenges;

/// <summary>What is wrong with challenge parts.</summary>
internal static class ChallengeWordings
{
    public static readonly Wording Wrong = new(Station.ChallengeComponent, "wrong", "{challenges}");

    /// <summary>As <see cref="Wrong"/>, and ordinary parts get no verdict.</summary>
    public static readonly Wording Refusing = new(
        Station.ChallengeComponent, "refusing", "{challenges} Until one succeeds each other part gets none.");

    public static readonly Wording BadPassed = New(
        "badPassed",
        "The known-bad part {part} passed ({at}): the station does not find what it should. "
        + "Look at light, camera and model, and send a challenge part again.");

    public static readonly Wording GoodStopped = New(
        "goodStopped",
        "The known-good part {part} did not pass ({at}): good parts are thrown out. "
        + "Look at light, camera and model, and send a challenge part again.");

    public static readonly Wording Overdue = New(
        "overdue", "The challenge part of {at} has not come. Send a known-bad part through.");

    private static Wording New(string code, string words) => new("challenges", code, words, isPiece: true);
}
