namespace EdgeInspector.Delivery.Commands;

/// <summary>A command that came over MQTT.</summary>
/// <param name="Name">The topic's last level: <c>activate</c> or <c>rollback</c>.</param>
/// <param name="Package">The package that is meant; null when the command names none.</param>
/// <param name="By">Who says so, in his own words.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="Force">Leave out rules that the package does not know.</param>
public sealed record StationCommand(string Name, string? Package, string? By, string? Why, bool Force)
{
    /// <summary>The commands that are known.</summary>
    public static IReadOnlyList<string> Names { get; } = ["activate", "rollback"];
}

/// <summary>What became of a command.</summary>
/// <param name="Ok">True when it was carried out.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Problems">Why it was refused, a sentence each.</param>
/// <param name="Package">Hash of the package that runs now; null when nobody knows.</param>
public sealed record CommandAnswer(bool Ok, string Message, IReadOnlyList<string> Problems, string? Package)
{
    internal static CommandAnswer Refused(string problem) => new(false, "Refused.", [problem], null);
}
