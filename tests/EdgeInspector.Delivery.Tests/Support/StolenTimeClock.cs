namespace EdgeInspector.Delivery.Tests.Support;

/// <summary>A clock of a machine that takes the processor away from one thread: whenever that thread looks, more time has passed.</summary>
internal sealed class StolenTimeClock : TimeProvider
{
    private int _thread;
    private long _stolen;

    /// <summary>From now on each look of the calling thread costs so much.</summary>
    public TimeSpan ThisThreadLoses
    {
        set
        {
            Cost = value;
            _thread = Environment.CurrentManagedThreadId;
        }
    }

    private TimeSpan Cost { get; set; }

    public override long GetTimestamp()
    {
        if (Environment.CurrentManagedThreadId == _thread)
            _stolen += (long)(Cost.TotalSeconds * TimestampFrequency);
        return base.GetTimestamp() + _stolen;
    }
}
