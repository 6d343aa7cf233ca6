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

    public void Wait(long until)
    {
        lock (_gate)
        {
            while (_reached < until)
                Monitor.Wait(_gate);
        }
    }
}
