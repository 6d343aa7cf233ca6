using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>The result of an import.</summary>
/// <param name="Package">The package in the store; null when it was refused.</param>
/// <param name="Report">What the package's trial found, with every reason to refuse the package.</param>
public sealed record ImportOutcome(StoredPackage? Package, TrialReport Report) : PackageOutcome(Report.Problems);
