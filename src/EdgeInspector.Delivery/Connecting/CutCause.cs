namespace EdgeInspector.Delivery.Connecting;

/// <summary>Whether a connection ended over the message that it carried, or with the broker or the network.</summary>
internal static class CutCause
{
    // A broker that ends does not end all its connections in the same millisecond.
    private static readonly TimeSpan EndsTogether = TimeSpan.FromMilliseconds(200);

    // Long enough for a machine that is busy: an answer tells, and so does none.
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(2);

    /// <summary>
    /// True when the message is certainly to blame: the broker said so, or ended this connection alone. The other connection must answer
    /// for that: it may be gone as well, and only not know it yet.
    /// </summary>
    /// <param name="end">How the connection ended.</param>
    /// <param name="other">The other connection to the same broker when the message was sent; null: there was none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<bool> IsMessageAsync(SessionEnd end, Session? other, TimeProvider time, CancellationToken stop)
    {
        if (end.OverMessage)
            return true;
        if (!end.ByBroker || other is null)
            return false;
        await Task.WhenAny(other.Ended, Task.Delay(EndsTogether, time, stop)).ConfigureAwait(false);
        if (other.Ended.IsCompleted)
            return false;
        try
        {
            await other.Ping(AnswersWithin, time, stop).ConfigureAwait(false);
            return !other.Ended.IsCompleted;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
