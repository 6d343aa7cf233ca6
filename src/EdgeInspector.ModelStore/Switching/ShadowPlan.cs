using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>Which candidate runs in the shadow, where and for how long.</summary>
/// <param name="Station">The station's name.</param>
/// <param name="Package">The candidate.</param>
/// <param name="Active">Hash of the package whose verdicts count.</param>
/// <param name="Folder">Where the report and the pictures of disagreements go.</param>
/// <param name="Options">How many parts, how long, at what cost.</param>
internal sealed record ShadowPlan(string Station, StoredPackage Package, string Active, string Folder, ShadowOptions Options);
