using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.TestSupport;

/// <summary>A clock turned by hand that notes how long each wait was meant to be.</summary>
public sealed class PauseRecorder : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _pauses = [];

    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (_gate)
                return [.. _pauses];
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
        {
            lock (_gate)
                _pauses.Add(dueTime);
        }
        return timer;
    }
}
