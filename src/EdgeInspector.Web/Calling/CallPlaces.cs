namespace EdgeInspector.Web.Calling;

/// <summary>How many calls may hold a body in memory at the same time; more are refused.</summary>
/// <param name="most">So many.</param>
/// <param name="what">What they bring, in the plural: <c>pictures</c>.</param>
internal sealed class CallPlaces(int most, string what)
{
    private int _taken;

    /// <summary>Takes a place, until it is disposed of; one with a fault where none is free.</summary>
    public CallPlace Take()
    {
        if (Interlocked.Increment(ref _taken) <= most)
            return new CallPlace(this, null);
        Interlocked.Decrement(ref _taken);
        return new CallPlace(null, CallFault.Busy($"{most} {what} are on their way already; try again in a second."));
    }

    internal void Return() => Interlocked.Decrement(ref _taken);
}

/// <summary>A place for a call.</summary>
internal readonly struct CallPlace(CallPlaces? places, CallFault? fault) : IDisposable
{
    /// <summary>Why there is none; null: there is.</summary>
    public CallFault? Fault => fault;

    public void Dispose() => places?.Return();
}
