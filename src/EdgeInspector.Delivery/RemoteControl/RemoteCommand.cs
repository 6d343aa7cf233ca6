namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>A command that came over MQTT.</summary>
/// <param name="Name">The topic's last level, one of <see cref="Names"/>.</param>
/// <param name="Package">The package that is meant; null when the command names none.</param>
/// <param name="By">Who says so, in his own words.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="Force">Leave out rules that the package does not know.</param>
public sealed record RemoteCommand(string Name, string? Package, string? By, string? Why, bool Force)
{
    /// <summary>The tag whose threshold is set; null: that of all tags without one of their own.</summary>
    public string? Tag { get; init; }

    /// <summary>The threshold to set, 0..1; null: the one of the settings again.</summary>
    public double? Threshold { get; init; }

    /// <summary>The challenge part that is announced; null: the next part.</summary>
    public string? Part { get; init; }

    /// <summary>What is known of it: <c>bad</c> or <c>good</c>; null: bad.</summary>
    public string? Known { get; init; }

    /// <summary>Of <c>learn</c>: the type of part; null: parts without one.</summary>
    public string? Type { get; init; }

    /// <summary>Of <c>learn</c>: from how many parts; null: as many as are usual.</summary>
    public int? Parts { get; init; }

    /// <summary>Of <c>learn</c>: call off what is being learnt.</summary>
    public bool Stop { get; init; }

    /// <summary>The commands that are known.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["activate", "rollback", "pause", "resume", "threshold", "challenge", "endstorm", "learn"];

    /// <summary>True for one that is carried out in a moment, and never waits behind one that takes its time.</summary>
    public bool IsPrompt => Name is "pause" or "resume" or "threshold" or "challenge" or "endstorm" or "learn";
}

/// <summary>What became of a command.</summary>
/// <param name="Ok">True when it was carried out.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Problems">Why it was refused, or what is to be borne in mind, a sentence each.</param>
/// <param name="Package">Hash of the package that runs now; null when nobody knows.</param>
public sealed record CommandAnswer(bool Ok, string Message, IReadOnlyList<string> Problems, string? Package)
{
    internal static CommandAnswer Refused(string problem) => new(false, "Refused.", [problem], null);
}
