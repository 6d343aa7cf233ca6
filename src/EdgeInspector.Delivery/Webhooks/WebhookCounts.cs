namespace EdgeInspector.Delivery.Webhooks;

/// <summary>Counts what became of a webhook's events since the start. Thread-safe.</summary>
internal sealed class WebhookCounts
{
    private long _sent, _refused, _givenUp;
    private volatile string? _why;

    public long Sent => Interlocked.Read(ref _sent);

    public long Refused => Interlocked.Read(ref _refused);

    public long GivenUp => Interlocked.Read(ref _givenUp);

    /// <summary>Why the event that was tried last was not taken, in a sentence or two; null: it was.</summary>
    public string? Why => _why;

    /// <summary>Notes what was answered.</summary>
    public void Answered(string? why) => _why = why;

    public void CountSent() => Interlocked.Increment(ref _sent);

    public void CountRefused() => Interlocked.Increment(ref _refused);

    public void CountGivenUp(long events) => Interlocked.Add(ref _givenUp, events);
}

/// <summary>What became of a webhook's events since the start, and what waits.</summary>
/// <param name="Name">The webhook's name.</param>
/// <param name="Sent">Events that it took.</param>
/// <param name="Refused">Events that it would not take, set aside.</param>
/// <param name="GivenUp">Events that it will never get: for their age, for want of room, or for a broken file.</param>
/// <param name="Waiting">Events that wait.</param>
/// <param name="WaitingBytes">Bytes that they take on disk.</param>
/// <param name="OldestAge">For how long the oldest of them has waited; zero: none waits.</param>
public sealed record WebhookFigures(
    string Name, long Sent, long Refused, long GivenUp, long Waiting, long WaitingBytes, TimeSpan OldestAge)
{
    /// <summary>Why the event that was tried last was not taken, in a sentence or two; null: it was.</summary>
    public string? Why { get; init; }
}
