using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.State;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;

namespace EdgeInspector.Hosting.Packages;

/// <summary>Turns what happens to a station's models into events and state.</summary>
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

    /// <summary>What <c>state</c> says of the models besides the running one.</summary>
    public static ModelsBeside Beside(PackageSwitch models) => new(
        models.Shadow is { } shadow
            ? new ShadowedPackage(
                shadow.Package.Name, shadow.Package.Hash, shadow.Package.Iteration, shadow.Since,
                shadow.Judged, shadow.Of, shadow.Different, shadow.Failed, shadow.LeftOut)
            : null,
        models.Refused is { } refused
            ? new RefusedPackage(refused.Name, refused.Package, refused.At, refused.From, refused.Why ?? "")
            : null);
}
