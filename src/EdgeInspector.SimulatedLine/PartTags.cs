namespace EdgeInspector.SimulatedLine;

/// <summary>What can be true of a simulated part; spelled as the shipped models' labels spell it.</summary>
public static class PartTags
{
    public const string Ok = "ok";
    public const string Dent = "dent";
    public const string Misaligned = "misaligned";
    public const string MissingComponent = "missing-component";
    public const string Scratch = "scratch";

    /// <summary>The four defects, alphabetical: the order of the detector's labels.</summary>
    public static IReadOnlyList<string> Defects { get; } = [Dent, Misaligned, MissingComponent, Scratch];

    /// <summary>All five tags, ok first.</summary>
    public static IReadOnlyList<string> All { get; } = [Ok, .. Defects];
}
