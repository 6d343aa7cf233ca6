using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Stations;

/// <summary>A clock that throws once when it is asked by the station's thread: a fault where nobody expects one.</summary>
internal sealed class FailingClock(FakeTimeProvider time) : TimeProvider
{
    public volatile bool FailsOnce;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long GetTimestamp()
    {
        if (!FailsOnce || Thread.CurrentThread.Name?.StartsWith("station", StringComparison.Ordinal) != true)
            return time.GetTimestamp();
        FailsOnce = false;
        throw new InvalidOperationException("no such clock");
    }
}
