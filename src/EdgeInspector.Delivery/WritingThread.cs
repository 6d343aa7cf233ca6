namespace EdgeInspector.Delivery;

/// <summary>
/// The one thread that writes a file of events: it writes what has gathered, sleeps until there is more, and tells whoever wants all of it
/// on disk. Thread-safe.
/// </summary>
internal sealed class WritingThread
{
    // A disk that hangs must not hold up the end of the agent.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Thread _thread;
    private readonly Action<bool> _write;
    private readonly Func<TimeSpan?> _untilDue;
    private bool _isWoken, _isStopping;
    private TaskCompletionSource? _flushed;

    /// <summary>Prepares the thread; <see cref="Start"/> starts it.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="priority">The thread's priority.</param>
    /// <param name="write">Writes what has gathered; must not throw. True: also where the disk has refused just now.</param>
    /// <param name="untilDue">
    /// How long nothing is to be written; zero or less: something is due, null: until somebody wakes the thread. Called without a
    /// lock held.
    /// </param>
    public WritingThread(string name, ThreadPriority priority, Action<bool> write, Func<TimeSpan?> untilDue)
    {
        (_write, _untilDue) = (write, untilDue);
        _thread = new Thread(Run) { Name = name, IsBackground = true, Priority = priority };
    }

    public void Start() => _thread.Start();

    /// <summary>Has the thread look again how long nothing is to be written.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Completes when all that has gathered so far was written, or when the disk has refused once more.</summary>
    public Task Flush()
    {
        lock (_gate)
        {
            if (!_thread.IsAlive)
                return Task.CompletedTask;
            _flushed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            Monitor.PulseAll(_gate);
            return _flushed.Task;
        }
    }

    /// <summary>Writes once more, and ends.</summary>
    /// <returns>False when the thread is still at the disk: then its file must not be closed.</returns>
    public bool Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
        return !_thread.IsAlive || _thread.Join(Patience);
    }

    private void Run()
    {
        while (true)
        {
            TaskCompletionSource? flushed;
            bool isLast;
            lock (_gate)
            {
                (flushed, _flushed) = (_flushed, null);
                isLast = _isStopping;
            }
            _write(isLast || flushed is not null);
            flushed?.TrySetResult();
            if (isLast)
                return;
            WaitForWork();
        }
    }

    private void WaitForWork()
    {
        while (!IsWanted)
        {
            TimeSpan? wait = _untilDue();
            if (wait <= TimeSpan.Zero)
                return;
            lock (_gate)
            {
                // Somebody may have woken the thread while it asked.
                if (!_isWoken && !_isStopping && _flushed is null)
                    Monitor.Wait(_gate, wait ?? Timeout.InfiniteTimeSpan);
                _isWoken = false;
            }
        }
    }

    private bool IsWanted
    {
        get
        {
            lock (_gate)
                return _isStopping || _flushed is not null;
        }
    }
}
