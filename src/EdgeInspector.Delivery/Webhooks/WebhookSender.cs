using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Retrying;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>
/// Sends one webhook's events, one after the other in their order, for ever. An event that the receiver can't take for now waits, and the
/// later ones behind it; one that the receiver refuses is set aside after a few tries.
/// </summary>
/// <param name="scope">What all types that deliver evidence share.</param>
/// <param name="webhook">The webhook.</param>
/// <param name="outbox">Where the events wait.</param>
/// <param name="refused">Where events are set aside.</param>
/// <param name="pictures">Finds a part's picture.</param>
internal sealed partial class WebhookSender(
    DeliveryScope scope, Webhook webhook, WebhookOutbox outbox, RefusedFolder refused, WebhookPictures pictures)
{
    private const int MostInHand = 32;

    // A receiver that comes and goes must not fill the log; the cause of an absence may change, and the last one is what is to be mended.
    private static readonly TimeSpan ToldAgainAfter = TimeSpan.FromMinutes(1);

    // An event of this age is history, even when the receiver was there all the time.
    private static readonly TimeSpan News = TimeSpan.FromSeconds(2);

    private readonly FaultLog _faults = new(scope.Log, $"Sending an event to the webhook {webhook.Name}", scope.Time);
    private readonly BackOff _pauses = new(webhook.Options.FirstPause, webhook.Options.LongestPause, 0.5, 1);
    private readonly Queue<WebhookPost> _inHand = new();
    private long _after;
    private long _tried;
    private string? _awayBecause;
    private long _awayToldAt;

    /// <summary>What became of events.</summary>
    public WebhookCounts Counts { get; } = new();

    /// <summary>Told of an event that was set aside, why, and where it lies in the data folder; null: it could not be kept.</summary>
    public required Action<WebhookPost, string, string?> SetAside { private get; init; }

    private WebhookOptions Options => webhook.Options;

    private TimeProvider Time => scope.Time;

    /// <summary>Sends until stopped.</summary>
    /// <param name="ending">The agent ends: what waits is sent once more, but nothing is waited for.</param>
    /// <param name="stop">Ends at once.</param>
    public async Task Run(CancellationToken ending, CancellationToken stop)
    {
        using var client = new WebhookClient(webhook, scope.Agent.Version, Time);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(ending, stop);
        while (!stop.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                if (Next() is { } post)
                {
                    pause = await SendAsync(client, post, stop).ConfigureAwait(false);
                }
                else
                {
                    if (ending.IsCancellationRequested)
                        return;
                    await outbox.WaitForMoreAsync(webhook.Name, leave.Token).ConfigureAwait(false);
                    continue;
                }
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested)
            {
                continue;
            }
#pragma warning disable CA1031 // The boundary of the task: whatever the disk has met, the next try may succeed.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _faults.Report(fault.Message);
                pause = _pauses.Next();
            }
            if (pause == TimeSpan.Zero)
                continue;
            if (ending.IsCancellationRequested)
                return;
            await Task.Delay(pause, Time, leave.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The first event that is still to be sent; null: there is none.</summary>
    private WebhookPost? Next()
    {
        while (true)
        {
            if (_inHand.Count == 0)
            {
                foreach (WebhookPost post in outbox.Read(webhook.Name, _after, MostInHand))
                {
                    _inHand.Enqueue(post);
                    _after = post.Position;
                }
            }
            if (!_inHand.TryPeek(out WebhookPost? first))
                return null;
            if (!outbox.IsGivenUp(first))
                return first;
            _inHand.Dequeue();
        }
    }

    /// <summary>Sends the first event; returns how long to pause then.</summary>
    private async Task<TimeSpan> SendAsync(WebhookClient client, WebhookPost post, CancellationToken stop)
    {
        bool replayed = post.IsOld || _tried == post.Position || Time.GetUtcNow() - post.At > News;
        // A picture may be what the receiver has against the event: the event without it is still the record.
        bool isAlone = refused.Tries(post.Id) > 0;
        (byte[] json, byte[]? picture) = await pictures.OfAsync(post, stop).ConfigureAwait(false);
        WebhookBody body = WebhookBody.Of(EventWriter.Finish(json, replayed), post.Id, isAlone ? null : picture);
        _tried = post.Position;
        WebhookAnswer answer = await client.SendAsync(post.Id, body, stop).ConfigureAwait(false);
        Counts.Answered(answer.Why);
        switch (answer.Fate)
        {
            case WebhookFate.Taken:
                Taken(post);
                return TimeSpan.Zero;
            case WebhookFate.Refused:
                return Refused(post, json, answer);
            default:
                TellAway(answer.Why!);
                TimeSpan pause = _pauses.Next();
                return answer.Wait > pause ? answer.Wait.Value : pause;
        }
    }

    private void Taken(WebhookPost post)
    {
        Settle(post);
        Counts.CountSent();
        _pauses.Reset();
        if (_awayBecause is null)
            return;
        _awayBecause = null;
        LogBack(scope.Log, webhook.Name);
    }

    private void TellAway(string why)
    {
        if (_awayBecause is not null && (_awayBecause == why || Time.GetElapsedTime(_awayToldAt) < ToldAgainAfter))
            return;
        (_awayBecause, _awayToldAt) = (why, Time.GetTimestamp());
        LogAway(scope.Log, webhook.Name, why);
    }

    private TimeSpan Refused(WebhookPost post, byte[] json, WebhookAnswer answer)
    {
        int points = refused.Add(post.Id, Tries.Certain);
        if (points < Tries.Enough)
            return BackOff.After(Tries.Shrinkings(points) - 1, Options.FirstPause, Options.LongestPause);
        string? kept = null;
        try
        {
            kept = refused.Keep(post.Id, EventWriter.Finish(json, replayed: true), answer.Why!);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report($"A refused event could not be kept: {fault.Message}");
        }
        Settle(post);
        Counts.CountRefused();
        SetAside(post, answer.Why!, kept);
        return TimeSpan.Zero;
    }

    private void Settle(WebhookPost post)
    {
        _inHand.Dequeue();
        outbox.Forget(post);
        refused.Forget(post.Id);
    }

    [LoggerMessage(EventId = 553, Level = LogLevel.Warning,
        Message = "The webhook {Name} takes no events for now; they wait on disk: {Why}")]
    private static partial void LogAway(ILogger log, string name, string why);

    [LoggerMessage(EventId = 554, Level = LogLevel.Information, Message = "The webhook {Name} takes events again")]
    private static partial void LogBack(ILogger log, string name);
}
