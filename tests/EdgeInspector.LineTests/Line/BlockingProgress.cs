using System.Diagnostics;

namespace EdgeInspector.LineTests.Line;

/// <summary>A number that grows, and can be waited for.</summary>
internal sealed class BlockingProgress
{
    private readonly object _gate = new();
    private long _reached;

    public void Report(long reached)
    {
        lock (_gate)
        {
            _reached = reached;
            Monitor.PulseAll(_gate);
        }
    }

    public long Reached => Interlocked.Read(ref _reached);

    public void Increment()
    {
        lock (_gate)
        {
            _reached++;
            Monitor.PulseAll(_gate);
        }
    }

    public bool TryWait(long until, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_reached < until)
            {
                TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    return false;
                Monitor.Wait(_gate, left);
            }
        }
        return true;
    }

    public void Wait(long until)
    {
        lock (_gate)
        {
            while (_reached < until)
                Monitor.Wait(_gate);
        }
    }
}
