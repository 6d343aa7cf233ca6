using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Storage;

/// <summary>A package in the store; kept beside its files as <c>package.json</c>.</summary>
/// <param name="Hash">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
/// <param name="Name">The name under which the package came; for people.</param>
/// <param name="Iteration">The trainer's name for the training result, if the package carries it.</param>
/// <param name="ImportedAt">When the package came, by the wall clock.</param>
/// <param name="From">How the package came: <c>settings</c>, <c>inbox</c>, <c>file</c>, <c>command line</c>, <c>sync</c>.</param>
/// <param name="By">Who brought the package, as far as known.</param>
/// <param name="Report">What the trial found; null for the package of the settings, which was loaded at once.</param>
public sealed record StoredPackage(
    string Hash, string Name, string? Iteration, DateTimeOffset ImportedAt, string From, string? By, TrialReport? Report)
{
    /// <summary>The detached signature that came with the package; null: none.</summary>
    public string? Signature { get; init; }

    /// <summary>The part of the hash that people read.</summary>
    public string ShortHash => PackageHash.Shown(Hash);
}
