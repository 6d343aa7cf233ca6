namespace EdgeInspector.ModelStore.Requests;

/// <summary>The kinds of requests that the command line sends to a running agent.</summary>
public enum ModelRequestKind
{
    /// <summary>Let a package take over.</summary>
    Activate,

    /// <summary>Let the last good package take over again.</summary>
    Rollback,

    /// <summary>Run a package in the shadow.</summary>
    Shadow,
}

/// <summary>A request as it lies in the request folder.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Station">The station; null: the only station.</param>
/// <param name="Package">The package's whole hash; null for a rollback.</param>
/// <param name="By">Who asks.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="Force">True: rules that the package does not know are left out.</param>
public sealed record ModelRequest(ModelRequestKind Kind, string? Station, string? Package, string? By, string? Why, bool Force);
