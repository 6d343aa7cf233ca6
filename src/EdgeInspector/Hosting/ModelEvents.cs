using EdgeInspector.Delivery.Events;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.Hosting;

/// <summary>From a change of a station's model to the event that tells of it.</summary>
internal static class ModelEvents
{
    public static ModelNews Of(ModelChange change, string station) => new(
        station,
        change.Kind switch
        {
            ModelChangeKind.Activated => "activated",
            ModelChangeKind.RolledBack => "rolledBack",
            ModelChangeKind.Confirmed => "confirmed",
            ModelChangeKind.Shadowed => "shadowed",
            ModelChangeKind.Waiting => "waiting",
            _ => "refused",
        },
        change.At,
        change.Package,
        change.Name,
        change.Iteration,
        change.Before,
        change.From,
        change.By,
        change.Why);
}
