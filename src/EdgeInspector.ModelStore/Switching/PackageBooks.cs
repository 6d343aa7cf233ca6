using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>Which packages there are, whose packages may run, and which package runs at which station.</summary>
/// <param name="Store">The packages.</param>
/// <param name="Trust">Whose packages may run.</param>
/// <param name="Active">Which package runs at which station.</param>
public sealed record PackageBooks(PackageStore Store, PackageTrust Trust, ActiveFile Active);
