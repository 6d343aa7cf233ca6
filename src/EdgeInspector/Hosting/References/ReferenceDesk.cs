using EdgeInspector.ModelStore.Requests;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.References;

/// <summary>Where requests about references are handed in at the running agent.</summary>
internal sealed class ReferenceDesk(
    ReferenceFolder folder, IReadOnlyDictionary<string, StationLearning> stations, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;

    /// <summary>The way from the command line to the running agent.</summary>
    public static RequestFolder<StationRequest, StationAnswer> Requests(ReferenceFolder folder, TimeProvider time) =>
        new(folder.Requests, time);

    /// <summary>Begins to answer.</summary>
    public void Start() => _serving = Task.Run(() => Requests(folder, time).ServeAsync(
        (request, _) => Task.FromResult(Do(request)), StationAnswer.Refused, log, _stop.Token));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
    }

    private StationAnswer Do(StationRequest request)
    {
        if (!stations.TryGetValue(request.Station ?? "", out StationLearning? station))
            return StationAnswer.Refused(
                $"The agent that runs has no station '{request.Station}'; it has {string.Join(", ", stations.Keys)}.");
        switch (request.Kind)
        {
            case StationRequestKind.Learn:
                return station.Learn(request.Type, request.Parts, request.By, request.Why);
            case StationRequestKind.CallOff:
                return station.CallOff(request.By, request.Why);
            case StationRequestKind.Forget:
                return station.Forget(request.Type, request.By, request.Why);
            case StationRequestKind.Reload:
                station.Reload();
                return new StationAnswer("The agent that runs holds pictures against it from the next part on.", [], null);
            default:
                return station.Progress();
        }
    }
}
