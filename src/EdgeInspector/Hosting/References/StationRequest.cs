namespace EdgeInspector.Hosting.References;

/// <summary>The kinds of requests about references that the command line sends to a running agent.</summary>
internal enum StationRequestKind
{
    /// <summary>Learn a reference from the next parts.</summary>
    Learn,

    /// <summary>Tell how far learning is.</summary>
    Progress,

    /// <summary>Stop learning.</summary>
    CallOff,

    /// <summary>Read the references again, because a file was written.</summary>
    Reload,

    /// <summary>Forget a reference.</summary>
    Forget,
}

/// <summary>A request as it lies in the request folder.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Station">The station.</param>
/// <param name="Type">The type of part; null: parts without a type.</param>
/// <param name="Parts">From how many parts.</param>
/// <param name="By">Who vouches for the parts.</param>
/// <param name="Why">Why, in a sentence.</param>
internal sealed record StationRequest(StationRequestKind Kind, string Station, string? Type, int Parts, string? By, string? Why);

/// <summary>The answer.</summary>
/// <param name="Message">The answer, in a sentence.</param>
/// <param name="Problems">Why the request was not carried out, a sentence each; empty when it was.</param>
/// <param name="Taken">While a reference is being learnt: how many parts have been taken; null: none is being learnt.</param>
internal sealed record StationAnswer(string Message, IReadOnlyList<string> Problems, int? Taken)
{
    /// <summary>The answer to a request that was not carried out.</summary>
    public static StationAnswer Refused(string problem) => new("Nothing was done.", [problem], null);
}
