namespace EdgeInspector.Inspection.Verdicts;

/// <summary>
/// The words for verdicts and for what the gate is told. The words are the same wherever people or programs read them: signal, event,
/// state, sidecar, the names of files and folders.
/// </summary>
public static class VerdictWords
{
    /// <summary>The part is good; the gate lets the part pass.</summary>
    public const string Pass = "pass";

    /// <summary>The part is defective; the gate diverts the part.</summary>
    public const string Reject = "reject";

    /// <summary>Somebody should look.</summary>
    public const string Review = "review";

    /// <summary>There is no verdict; the gate was told nothing.</summary>
    public const string None = "none";

    /// <summary>The gate stops the line.</summary>
    public const string Stop = "stop";

    /// <summary>The word for a verdict.</summary>
    public static string Word(this VerdictKind verdict) => verdict switch
    {
        VerdictKind.Pass => Pass,
        VerdictKind.Reject => Reject,
        VerdictKind.Review => Review,
        _ => None,
    };

    /// <summary>The word for what the gate is told.</summary>
    public static string Word(this GateAction action) => action switch
    {
        GateAction.Pass => Pass,
        GateAction.Stop => Stop,
        _ => Reject,
    };

    /// <summary>The word for the reason of <c>none</c>; null where there is a verdict.</summary>
    public static string? Word(this NoneReason reason) => reason switch
    {
        NoneReason.Deadline => "deadline",
        NoneReason.Camera => "camera",
        NoneReason.Model => "model",
        NoneReason.Paused => "paused",
        NoneReason.Overload => "overload",
        NoneReason.Interrupted => "interrupted",
        NoneReason.Picture => "picture",
        NoneReason.Challenge => "challenge",
        _ => null,
    };

    /// <summary>The word for what became of a signal.</summary>
    public static string Word(this SignalOutcome signal) => signal switch
    {
        SignalOutcome.Sent => "sent",
        SignalOutcome.Expired => "expired",
        SignalOutcome.Unknown => "unknown",
        _ => "notConnected",
    };

    /// <summary>The verdict that a word names; null when the word names none.</summary>
    public static VerdictKind? Kind(string word) => word switch
    {
        Pass => VerdictKind.Pass,
        Reject => VerdictKind.Reject,
        Review => VerdictKind.Review,
        None => VerdictKind.None,
        _ => null,
    };
}
