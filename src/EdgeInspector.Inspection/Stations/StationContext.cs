using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Text;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Inspection.Stations;

/// <summary>What the types that make up a station share: its name, its settings, its clock, and where it complains. Thread-safe.</summary>
internal sealed class StationContext(StationScope scope, StationOptions options)
{
    public string Name => scope.Name;

    public StationOptions Options => options;

    public StationHealth Health => scope.Health;

    public StationCounters Counters => scope.Counters;

    public TimeProvider Time => scope.Time;

    public ILogger Log => scope.Log;

    /// <summary>Where faults of the station itself are told.</summary>
    public FaultLog Faults { get; } = new(scope.Log, $"Station {scope.Name}", scope.Time);

    /// <summary>From the trigger until the gate must know, in ticks of the clock.</summary>
    public long Deadline { get; } = Ticks(options.Deadline, scope.Time);

    /// <summary>
    /// From the trigger until the agent must have answered, in ticks: shorter than the deadline, because the signal must still reach the
    /// gate.
    /// </summary>
    public long AnswerWithin { get; } = Ticks(options.Deadline - options.SignalMargin, scope.Time);

    /// <summary>From the trigger until the part lies under the camera, in ticks.</summary>
    public long ExposureDelay { get; } = Ticks(options.ExposureDelay, scope.Time);

    /// <summary>A thread that does not come back for so long hangs; at least the deadline.</summary>
    public TimeSpan HungAfter { get; } = options.HungAfter > options.Deadline ? options.HungAfter : options.Deadline;

    /// <summary>Complains. A listener of the health may throw; the station does not depend on listeners.</summary>
    public void Complain(Said what)
    {
        try
        {
            scope.Health.Complain(what);
        }
#pragma warning disable CA1031
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Faults.Report($"telling of {what.Wording.Subject} failed: {fault.Message}");
        }
    }

    /// <summary>Withdraws a component's complaint; a listener of the health may throw, as in <see cref="Complain"/>.</summary>
    public void Withdraw(string component)
    {
        try
        {
            scope.Health.Withdraw(component);
        }
#pragma warning disable CA1031
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Faults.Report($"telling of {component} failed: {fault.Message}");
        }
    }

    public long Ticks(TimeSpan span) => Ticks(span, scope.Time);

    public double Milliseconds(long ticks) => ticks * 1000.0 / scope.Time.TimestampFrequency;

    /// <summary>
    /// Milliseconds to wait: at least one, since a wait of zero would spin; rounded up, so that after the wait the time is really over.
    /// </summary>
    public static int WaitTime(TimeSpan left) => (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 1, 60_000);

    private static long Ticks(TimeSpan span, TimeProvider time) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
