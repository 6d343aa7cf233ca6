using System.Collections.Immutable;

namespace EdgeInspector.Web.Console;

/// <summary>
/// The examination that the page System asks for. It calls up brokers and receivers, so that there is one at a time for all pages, and who
/// asks soon after it gets what it found.
/// </summary>
/// <param name="examine">Examines everything.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedExamination(Func<CancellationToken, IAsyncEnumerable<ExaminedThing>> examine, TimeProvider time) : IDisposable
{
    /// <summary>For so long no other one is begun after its end.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private RunningExamination? _last;

    /// <summary>Begins an examination; where one runs, or has just ended well, that one.</summary>
    public RunningExamination Begin()
    {
        lock (_gate)
        {
            if (_last is { } last && (!last.Done.IsCompleted || (last.EndedAt is { } ended && time.GetElapsedTime(ended) < KeptFor)))
                return last;
            return _last = new RunningExamination(examine, time, _stop.Token);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        _stop.Dispose();
    }
}

/// <summary>An examination under way, or at its end.</summary>
internal sealed class RunningExamination
{
    private long _endedAt;
    private volatile bool _isWell;

    /// <summary>Begins.</summary>
    /// <param name="examine">Examines everything.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">The agent stops.</param>
    public RunningExamination(
        Func<CancellationToken, IAsyncEnumerable<ExaminedThing>> examine, TimeProvider time, CancellationToken stop) =>
        // Not on the thread of the page: some of it reads disks before it waits for anything.
        Done = Task.Run(() => RunAsync(examine, time, stop), stop);

    /// <summary>What it has found up to now.</summary>
    public ImmutableList<ExaminedThing> Found { get; private set; } = [];

    /// <summary>Ends with it.</summary>
    public Task Done { get; }

    /// <summary>When it ended well, by the clock's counter; null: it runs, or failed.</summary>
    public long? EndedAt => _isWell ? _endedAt : null;

    private async Task RunAsync(
        Func<CancellationToken, IAsyncEnumerable<ExaminedThing>> examine, TimeProvider time, CancellationToken stop)
    {
        await foreach (ExaminedThing thing in examine(stop))
            Found = Found.Add(thing);
        _endedAt = time.GetTimestamp();
        _isWell = true;
    }
}
