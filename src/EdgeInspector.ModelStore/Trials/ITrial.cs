namespace EdgeInspector.ModelStore.Trials;

/// <summary>Tries a package: in a process of its own beside a line at work, or in this one.</summary>
public interface ITrial
{
    /// <summary>Tries a package. Everything that is wrong with the package is in the report.</summary>
    Task<TrialReport> RunAsync(TrialRequest request, CancellationToken stop);
}
