namespace EdgeInspector.Capture;

/// <summary>A capture thread. Guarded by the feed.</summary>
internal sealed class CaptureThread
{
    /// <summary>The thread.</summary>
    public Thread Thread { get; set; } = null!;

    /// <summary>True once the thread was left behind in a native call that did not return.</summary>
    public bool Abandoned { get; set; }
}

/// <summary>One run of a source, from its opening to its end. Guarded by the feed.</summary>
/// <param name="stop">Ends the run.</param>
/// <param name="startedAt">When the run began, in ticks of the clock.</param>
internal sealed class CaptureAttempt(CancellationTokenSource stop, long startedAt) : IDisposable
{
    /// <summary>After so long without a fault the pauses begin at the shortest again.</summary>
    private static readonly TimeSpan WellAfter = TimeSpan.FromSeconds(10);

    /// <summary>Ends the run.</summary>
    public CancellationTokenSource Stop { get; } = stop;

    /// <summary>When the source was last known to be alive: when it started, or gave its last picture.</summary>
    public long LastSign { get; set; } = startedAt;

    private long StartedAt { get; } = startedAt;

    /// <summary>When the first picture came; null: no picture has come.</summary>
    public long? FirstFrameAt { get; set; }

    /// <summary>True while a picture is being handed on.</summary>
    public bool InSink { get; set; }

    /// <summary>True once the source was told to end because no picture came.</summary>
    public bool Stalled { get; set; }

    /// <summary>True when the source ran for long enough to count as well.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="mayBeSilent">True for a source that is well without pictures.</param>
    public bool RanWell(TimeProvider time, bool mayBeSilent)
    {
        long? since = mayBeSilent ? StartedAt : FirstFrameAt;
        return since is not null && time.GetElapsedTime(since.Value, Stalled ? LastSign : time.GetTimestamp()) >= WellAfter;
    }

    /// <inheritdoc />
    public void Dispose() => Stop.Dispose();
}
