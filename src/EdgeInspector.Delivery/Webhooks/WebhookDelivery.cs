using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>
/// Sends events by HTTP POST to the addresses of the settings, each by a task of its own: one that is away holds up no other, and neither
/// the broker's events nor a station.
/// </summary>
internal sealed partial class WebhookDelivery : IAsyncDisposable
{
    private readonly DeliveryScope _scope;
    private readonly WebhookOutbox _outbox;
    private readonly WebhookHealth _health;
    private readonly IReadOnlyList<Webhook> _webhooks;
    private readonly Dictionary<string, WebhookSender> _senders;
    private readonly CancellationTokenSource _ending = new(), _stop = new();
    private Task _sending = Task.CompletedTask;

    /// <summary>Prepares; <see cref="Start"/> begins.</summary>
    /// <param name="scope">What all types that deliver evidence share.</param>
    /// <param name="options">The webhooks by name; validated.</param>
    /// <param name="dataFolder">The agent's data folder.</param>
    /// <param name="spooled">The pictures in the spool.</param>
    /// <param name="kept">Told an event's id once nothing else need remember the event for the webhooks.</param>
    public WebhookDelivery(
        DeliveryScope scope,
        IReadOnlyDictionary<string, WebhookOptions> options,
        string dataFolder,
        SpooledPictures spooled,
        Action<Guid> kept)
    {
        _scope = scope;
        _webhooks = [.. options.Select(one => new Webhook(one.Key, one.Value))];
        _health = new WebhookHealth(scope, _webhooks);
        _outbox = new WebhookOutbox(dataFolder, options, scope.Time, scope.Log)
        {
            Listener = new WebhookListener(kept, Lost, _health.Disk),
        };
        var pictures = new WebhookPictures(spooled, scope.Time);
        _senders = _webhooks.ToDictionary(
            webhook => webhook.Name,
            webhook => new WebhookSender(
                scope, webhook, _outbox, new RefusedFolder(Path.Combine(dataFolder, FolderOf(webhook.Name))), pictures)
            {
                SetAside = SetAside,
            },
            StringComparer.Ordinal);
    }

    /// <summary>What became of events, and what waits, by webhook.</summary>
    public IReadOnlyList<WebhookFigures> Figures =>
    [
        .. _webhooks.Select(webhook =>
        {
            WebhookCounts counts = _senders[webhook.Name].Counts;
            WaitingPosts waiting = _outbox.Waiting(webhook.Name);
            return new WebhookFigures(
                webhook.Name, counts.Sent, counts.Refused, counts.GivenUp, waiting.Count, waiting.Bytes,
                _outbox.OldestAge(webhook.Name))
            {
                Why = counts.Why,
            };
        }),
    ];

    /// <summary>True when a webhook wants an event; then <see cref="Add"/> is to be told of it.</summary>
    public bool Wants(string station, VerdictKind? verdict) => _webhooks.Any(webhook => webhook.Wants(station, verdict));

    /// <summary>Adds an event for the webhooks that want it. Does not wait.</summary>
    public void Add(NewEvent news)
    {
        DateTimeOffset now = _scope.Time.GetUtcNow();
        // An event that carries its own picture goes without it where no picture is wanted.
        byte[]? alone = EventWriter.WithoutPicture(news.Json);
        _outbox.Add(
        [
            .. _webhooks.Where(webhook => webhook.Wants(news.Station, news.Verdict)).Select(webhook =>
            {
                bool wantsPicture = webhook.Options.Pictures && (news.HasPicture || alone is not null);
                return new WebhookPost(
                    webhook.Name, news.Id, news.Station, now, wantsPicture, wantsPicture ? news.Json : alone ?? news.Json);
            }),
        ]);
    }

    /// <summary>Begins to keep and to send.</summary>
    public void Start()
    {
        _outbox.Start();
        _sending = Task.WhenAll(_senders.Values.Select(sender => Task.Run(() => sender.Run(_ending.Token, _stop.Token))));
    }

    /// <summary>Withdraws complaints that were told for long enough. To be called now and then.</summary>
    public void Look() => _health.Look();

    /// <summary>
    /// Brings all events to disk and sends as many as possible within the limit to those receivers that take them; the next start sends
    /// the others.
    /// </summary>
    public async Task StopAsync(TimeSpan limit)
    {
        await _outbox.Flush().WaitAsync(limit, _scope.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ending.CancelAsync().ConfigureAwait(false);
        await _sending.WaitAsync(limit, _scope.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What was sent last is forgotten, so that the next start does not send it again.
        await _outbox.Flush().WaitAsync(TimeSpan.FromSeconds(1), _scope.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _outbox.Dispose();
    }

    private static string FolderOf(string webhook) => $"webhooks/{webhook}";

    private void Lost(LostPosts lost)
    {
        if (_senders.TryGetValue(lost.Webhook, out WebhookSender? sender))
            sender.Counts.CountGivenUp(lost.Count);
        LogLost(_scope.Log, lost.Count, lost.Webhook, lost.First, lost.Last, lost.Reason);
        _health.Lose(lost.Webhook, DeliveryWordings.WebhookLost.Of(lost.Webhook, lost.Reason));
    }

    private void SetAside(WebhookPost post, string why, string? kept)
    {
        string shown = kept is null ? "nowhere, since too many lie there already" : $"in {FolderOf(post.Webhook)}/{kept}";
        LogSetAside(_scope.Log, post.Webhook, post.Id, shown, why);
        string station = PrintableText.Of(post.Station);
        _health.Lose(post.Webhook, kept is null
            ? DeliveryWordings.WebhookRefusedAndGone.Of(post.Webhook, station, why)
            : DeliveryWordings.WebhookRefused.Of(post.Webhook, station, $"{FolderOf(post.Webhook)}/{kept}", why));
    }

    [LoggerMessage(EventId = 555, Level = LogLevel.Error,
        Message = "{Count} events for the webhook {Name} are given up, from {First} to {Last}: {Reason}")]
    private static partial void LogLost(ILogger log, long count, string name, Guid? first, Guid? last, string reason);

    [LoggerMessage(EventId = 556, Level = LogLevel.Error,
        Message = "The webhook {Name} does not take the event {Id}, which is set aside and lies {Kept}: {Why}")]
    private static partial void LogSetAside(ILogger log, string name, Guid id, string kept, string why);
}
