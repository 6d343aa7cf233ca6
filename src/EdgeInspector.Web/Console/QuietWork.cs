using EdgeInspector.Foundation.Threads;

namespace EdgeInspector.Web.Console;

/// <summary>
/// Work for people who look on, such as encoding a picture: one piece after the other, on a thread that gives way to all others. More than
/// <see cref="MostWaiting"/> pieces are not taken.
/// </summary>
/// <remarks>
/// Two threads: <c>looking</c> works and gives way; <c>looked</c> hands results on, since a quiet thread may complete no task
/// (<see cref="QuietThread"/>).
/// </remarks>
internal sealed class QuietWork : IDisposable
{
    /// <summary>Pieces that wait for their turn.</summary>
    public const int MostWaiting = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = new();
    private readonly Queue<Action> _done = new();
    private Thread? _works, _answers;
    private bool _isStopping;

    /// <summary>Does a piece of work.</summary>
    /// <returns>Null when too many wait already, or the agent stops.</returns>
    public Task<T?> RunAsync<T>(Func<T?> work)
        where T : class
    {
        var result = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isStopping || _waiting.Count >= MostWaiting)
                return Task.FromResult<T?>(null);
            Begin();
            _waiting.Enqueue(() => Do(work, result));
            Monitor.PulseAll(_gate);
        }
        return result.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
        _ = _works?.Join(Patience);
        _ = _answers?.Join(Patience);
    }

    private void Do<T>(Func<T?> work, TaskCompletionSource<T?> result)
        where T : class
    {
        T? made = null;
        Exception? fault = null;
        try
        {
            made = work();
        }
#pragma warning disable CA1031 // Handed on to whoever asked.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault = e;
        }
        lock (_gate)
        {
            _done.Enqueue(() => _ = fault is null ? result.TrySetResult(made) : result.TrySetException(fault));
            Monitor.PulseAll(_gate);
        }
    }

    // Under the gate; no threads while nobody looks.
    private void Begin()
    {
        if (_works is not null)
            return;
        _works = new Thread(Work) { Name = "looking", IsBackground = true };
        _answers = new Thread(Answer) { Name = "looked", IsBackground = true };
        _works.Start();
        _answers.Start();
    }

    private void Work()
    {
        QuietThread.Begin();
        while (Next(_waiting) is { } piece)
            piece();
    }

    private void Answer()
    {
        while (Next(_done) is { } answer)
            answer();
    }

    private Action? Next(Queue<Action> queue)
    {
        lock (_gate)
        {
            while (queue.Count == 0)
            {
                if (_isStopping)
                    return null;
                Monitor.Wait(_gate);
            }
            return queue.Dequeue();
        }
    }
}
