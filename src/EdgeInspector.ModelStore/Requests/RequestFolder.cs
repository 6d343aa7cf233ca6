using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Requests;

/// <summary>
/// How the command line talks to the running agent: one file for the request, one file for the answer. Works for services, for containers
/// and on both systems; the system's access rules decide who may write into the data folder.
/// </summary>
/// <typeparam name="TRequest">What is asked.</typeparam>
/// <typeparam name="TAnswer">What is answered.</typeparam>
/// <param name="folder">The folder; made at the first request.</param>
/// <param name="time">The clock.</param>
public sealed class RequestFolder<TRequest, TAnswer>(string folder, TimeProvider time)
    where TRequest : class
    where TAnswer : class
{
    private const string RequestEnd = ".request.json";
    private const string AnswerEnd = ".answer.json";
    private const int MostBytes = 64 << 10;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    // After so long nobody waits for the answer any more.
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);

    private readonly StoreDisk _disk = new();

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="patience">How long the answer is waited for.</param>
    /// <param name="stop">Cancels the wait.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="TimeoutException">There was no answer in time; the request is withdrawn.</exception>
    public async Task<TAnswer> AskAsync(TRequest request, TimeSpan patience, CancellationToken stop)
    {
        string id = Path.Combine(folder, WallTime.NewId(time.GetUtcNow()).ToString("N"));
        _disk.CreateFolder(folder);
        _disk.Write(id + RequestEnd, StoreJson.Write(request));
        long began = time.GetTimestamp();
        try
        {
            while (time.GetElapsedTime(began) < patience)
            {
                if (StoreJson.Read<TAnswer>(id + AnswerEnd, MostBytes) is { } answer)
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

    /// <summary>Answers requests until stopped, one after the other.</summary>
    /// <param name="answer">Carries out a request.</param>
    /// <param name="unreadable">Makes the answer to a request that can't be read, from a sentence.</param>
    /// <param name="log">The log.</param>
    /// <param name="stop">Ends the answering.</param>
    public async Task ServeAsync(
        Func<TRequest, CancellationToken, Task<TAnswer>> answer, Func<string, TAnswer> unreadable, ILogger log, CancellationToken stop)
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
                        await AnswerAsync(path, answer, unreadable, stop).ConfigureAwait(false);
                    }
#pragma warning disable CA1031 // Whatever lies there, and whoever put it there, the next request must still be answered.
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
            if (!Directory.Exists(folder))
                return [];
            foreach (FileInfo old in new DirectoryInfo(folder).EnumerateFiles().Where(file =>
                time.GetUtcNow() - file.LastWriteTimeUtc > Stale))
                Remove(old.FullName, faults);
            return [.. Directory.EnumerateFiles(folder, "*" + RequestEnd).Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            faults.Report(fault.Message);
            return [];
        }
    }

    // If only another user may remove a file, that costs a line in the log, not the requests of others.
    private void Remove(string path, FaultLog faults)
    {
        try
        {
            _disk.Delete(path);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            faults.Report($"'{path}' is {FileFacts.Of(path) switch { { } facts => facts.What + facts.OfWhom, _ => "not ours" }} and can't "
                + $"be removed: {fault.Message}");
        }
    }

    private async Task AnswerAsync(
        string path, Func<TRequest, CancellationToken, Task<TAnswer>> answer, Func<string, TAnswer> unreadable, CancellationToken stop)
    {
        TAnswer outcome;
        try
        {
            TRequest? request = StoreJson.Read<TRequest>(path, MostBytes);
            // Removed before it is carried out: a request that ends the process must not come again.
            _disk.Delete(path);
            if (request is null)
                return;
            outcome = await answer(request, stop).ConfigureAwait(false);
        }
        catch (InvalidDataException damaged)
        {
            _disk.Delete(path);
            outcome = unreadable($"The request can't be read: {damaged.Message}");
        }
        _disk.Write(path[..^RequestEnd.Length] + AnswerEnd, StoreJson.Write(outcome));
    }
}
