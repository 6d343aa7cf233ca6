namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>A command that came over MQTT or from the console.</summary>
/// <param name="Name">The topic's last level, one of <see cref="Names"/>.</param>
/// <param name="Package">The package that is meant; null when the command names none.</param>
/// <param name="By">Who gives the command, in the person's own words.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="Force">True: rules for tags that the package does not know are left out.</param>
public sealed record RemoteCommand(string Name, string? Package, string? By, string? Why, bool Force)
{
    /// <summary>By what way the command came: <c>mqtt</c>, or <c>console</c>, where the person has signed in.</summary>
    public string From { get; init; } = "mqtt";

    /// <summary>The tag whose threshold is set; null: all tags without a threshold of their own.</summary>
    public string? Tag { get; init; }

    /// <summary>The threshold to set, 0..1; null: back to the threshold of the settings.</summary>
    public double? Threshold { get; init; }

    /// <summary>The challenge part that is announced; null: the next part.</summary>
    public string? Part { get; init; }

    /// <summary>What is known of the part: <c>bad</c> or <c>good</c>; null: bad.</summary>
    public string? Known { get; init; }

    /// <summary>For <c>learn</c>: the type of part; null: parts without a type.</summary>
    public string? Type { get; init; }

    /// <summary>For <c>learn</c>: from how many parts; null: the usual number.</summary>
    public int? Parts { get; init; }

    /// <summary>For <c>learn</c>: true to call off the present learning.</summary>
    public bool Stop { get; init; }

    /// <summary>The commands that are known.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["activate", "rollback", "pause", "resume", "threshold", "challenge", "endstorm", "learn"];

    /// <summary>True for a command that is carried out in a moment, and never waits behind one that takes longer.</summary>
    public bool IsPrompt => Name is "pause" or "resume" or "threshold" or "challenge" or "endstorm" or "learn";
}
