namespace EdgeInspector.ModelStore.Requests;

/// <summary>What somebody at the command line asks of the agent that runs.</summary>
public enum ModelRequestKind
{
    /// <summary>Let a package take over.</summary>
    Activate,

    /// <summary>Let the last good package take over again.</summary>
    Rollback,

    /// <summary>Run a package in the shadow.</summary>
    Shadow,
}

/// <summary>A request, as it lies in the folder.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Station">The station; null: the only one.</param>
/// <param name="Package">The package's whole hash; null for a rollback.</param>
/// <param name="By">Who asks.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="Force">Leave out rules that the package does not know.</param>
public sealed record ModelRequest(ModelRequestKind Kind, string? Station, string? Package, string? By, string? Why, bool Force);
