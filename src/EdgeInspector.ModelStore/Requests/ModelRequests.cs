using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Requests;

/// <summary>The requests about models, which go to the <see cref="ModelDesk"/>.</summary>
public static class ModelRequests
{
    /// <summary>The folder of the requests.</summary>
    public static RequestFolder<ModelRequest, SwitchOutcome> Of(StoreFolders folders, TimeProvider time) => new(folders.Requests, time);

    /// <summary>Answers requests until stopped.</summary>
    public static Task ServeAsync(StoreFolders folders, ModelDesk desk, TimeProvider time, ILogger log, CancellationToken stop) =>
        Of(folders, time).ServeAsync(
            (request, stopping) => DoAsync(request, desk, stopping), problem => SwitchOutcome.Refused(null, problem), log, stop);

    private static async Task<SwitchOutcome> DoAsync(ModelRequest request, ModelDesk desk, CancellationToken stop)
    {
        var origin = new ModelOrigin("command line", request.By, request.Why);
        return request switch
        {
            { Kind: ModelRequestKind.Rollback } => await desk.RollBackAsync(request.Station, origin, stop).ConfigureAwait(false),
            { Package: null } => SwitchOutcome.Refused(null, "The request names no package."),
            { Kind: ModelRequestKind.Shadow } =>
                await desk.ShadowAsync(request.Station, request.Package, origin, stop).ConfigureAwait(false),
            _ => await desk.ActivateAsync(request.Station, request.Package, origin, request.Force, stop).ConfigureAwait(false),
        };
    }
}
