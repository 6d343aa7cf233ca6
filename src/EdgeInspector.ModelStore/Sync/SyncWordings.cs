using EdgeInspector.Foundation.Text;

namespace EdgeInspector.ModelStore.Sync;

/// <summary>Why no new model comes from a sync source.</summary>
internal static class SyncWordings
{
    /// <summary>The source does not answer, or not as it should, or its package can't be fetched.</summary>
    public static readonly Wording Fault = new(ModelSync.Component, "fault", "{detail}");

    public static readonly Wording Older = new(
        ModelSync.Component, "older",
        "{source} offers {package}, which is older than the last one ({version} after {last}). "
        + "Set Sync:AllowDowngrade to take it all the same.");

    /// <summary>The package that the source offers may not run here.</summary>
    public static readonly Wording Refused = new(ModelSync.Component, "refused", "{detail}");
}
