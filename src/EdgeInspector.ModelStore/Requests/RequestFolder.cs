using EdgeInspector.Inspection.Clocks;
using EdgeInspector.Inspection.Files;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Requests;

/// <summary>
/// How the command line speaks with the agent that runs: a file for the request, a file for the answer. Works for services, containers and both systems alike,
/// and who may write into the data folder is for the system's own access rules to say.
/// </summary>
public sealed class RequestFolder(ModelFolders folders, TimeProvider time)
{
    private const string RequestEnd = ".request.json";
    private const string AnswerEnd = ".answer.json";
    private const int MostBytes = 64 << 10;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    // Nobody waits for the answer any more.
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);

    private readonly StoreDisk _disk = new();

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="patience">How long the answer is waited for.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="TimeoutException">There was no answer in time; the request is withdrawn.</exception>
    public async Task<ModelOutcome> AskAsync(ModelRequest request, TimeSpan patience, CancellationToken stop)
    {
        string id = Path.Combine(folders.Requests, WallTime.NewId(time.GetUtcNow()).ToString("N"));
        _disk.CreateFolder(folders.Requests);
        _disk.Write(id + RequestEnd, StoreJson.Write(request));
        long began = time.GetTimestamp();
        try
        {
            while (time.GetElapsedTime(began) < patience)
            {
                if (StoreJson.Read<ModelOutcome>(id + AnswerEnd, MostBytes) is { } answer)
                    return answer;
                await Task.Delay(LookEvery, time, stop).ConfigureAwait(false);
            }
            throw new TimeoutException($"The agent did not answer within {patience.TotalSeconds:0} s. Look into its log.");
        }
        finally
        {
            _disk.Delete(id + RequestEnd);
            _disk.Delete(id + AnswerEnd);
        }
    }

    /// <summary>Answers requests until stopped.</summary>
    public async Task ServeAsync(ModelDesk desk, ILogger log, CancellationToken stop)
    {
        var faults = new FaultLog(log, "Answering a request of the command line", time);
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                foreach (string path in Waiting(faults))
                {
                    try
                    {
                        await AnswerAsync(path, desk, stop).ConfigureAwait(false);
                    }
#pragma warning disable CA1031 // Whatever lies there, and whose ever it is, the next request must still be answered.
                    catch (Exception fault) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
                    {
                        faults.Report(fault.Message);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private List<string> Waiting(FaultLog faults)
    {
        try
        {
            if (!Directory.Exists(folders.Requests))
                return [];
            foreach (FileInfo old in new DirectoryInfo(folders.Requests).EnumerateFiles().Where(file =>
                time.GetUtcNow() - file.LastWriteTimeUtc > Stale))
                Remove(old.FullName, faults);
            return [.. Directory.EnumerateFiles(folders.Requests, "*" + RequestEnd).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Report(fault.Message);
            return [];
        }
    }

    // Another user's file in a folder where only its owner may remove it costs a line in the log, not the requests of others.
    private void Remove(string path, FaultLog faults)
    {
        try
        {
            _disk.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Report($"'{path}' is {FileFacts.Of(path) switch { { } facts => facts.What + facts.OfWhom, _ => "not ours" }} and can't be removed: {fault.Message}");
        }
    }

    private async Task AnswerAsync(string path, ModelDesk desk, CancellationToken stop)
    {
        ModelOutcome outcome;
        try
        {
            ModelRequest? request = StoreJson.Read<ModelRequest>(path, MostBytes);
            // Taken before it is done: one that ends the process must not come again.
            _disk.Delete(path);
            if (request is null)
                return;
            outcome = await DoAsync(request, desk, stop).ConfigureAwait(false);
        }
        catch (InvalidDataException unreadable)
        {
            _disk.Delete(path);
            outcome = ModelOutcome.Refused(null, $"The request can't be read: {unreadable.Message}");
        }
        _disk.Write(path[..^RequestEnd.Length] + AnswerEnd, StoreJson.Write(outcome));
    }

    private static async Task<ModelOutcome> DoAsync(ModelRequest request, ModelDesk desk, CancellationToken stop)
    {
        var origin = new ModelOrigin("command line", request.By, request.Why);
        return request switch
        {
            { Kind: ModelRequestKind.Rollback } => await desk.RollBackAsync(request.Station, origin, stop).ConfigureAwait(false),
            { Package: null } => ModelOutcome.Refused(null, "The request names no package."),
            { Kind: ModelRequestKind.Shadow } => await desk.ShadowAsync(request.Station, request.Package, origin, stop).ConfigureAwait(false),
            _ => await desk.ActivateAsync(request.Station, request.Package, origin, request.Force, stop).ConfigureAwait(false),
        };
    }
}
