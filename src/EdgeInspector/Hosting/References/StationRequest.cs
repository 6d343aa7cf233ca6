namespace EdgeInspector.Hosting.References;

/// <summary>What somebody at the command line asks of the agent that runs.</summary>
internal enum StationRequestKind
{
    /// <summary>Learn a reference from the next parts.</summary>
    Learn,

    /// <summary>Tell how far that is.</summary>
    Progress,

    /// <summary>Stop learning.</summary>
    CallOff,

    /// <summary>Read the references again: a file was written.</summary>
    Reload,

    /// <summary>Forget a reference.</summary>
    Forget,
}

/// <summary>A request, as it lies in the folder.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Station">The station.</param>
/// <param name="Type">The type of part; null: parts without one.</param>
/// <param name="Parts">From how many parts.</param>
/// <param name="By">Who vouches for them.</param>
/// <param name="Why">Why, in a sentence.</param>
internal sealed record StationRequest(StationRequestKind Kind, string Station, string? Type, int Parts, string? By, string? Why);

/// <summary>The answer.</summary>
/// <param name="Message">In a sentence.</param>
/// <param name="Problems">Why it was not done, a sentence each; empty when it was.</param>
/// <param name="Taken">While something is learnt: how many parts there are; null: nothing is being learnt.</param>
internal sealed record StationAnswer(string Message, IReadOnlyList<string> Problems, int? Taken)
{
    /// <summary>It was not done.</summary>
    public static StationAnswer Refused(string problem) => new("Nothing was done.", [problem], null);
}
