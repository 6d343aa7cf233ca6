using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Delivery.Webhooks;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Tests.Events;

/// <summary>What is remembered of a part is forgotten when its event is safe for the broker and for webhooks.</summary>
public sealed class EventEntryTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Guid> _safe = [];
    private readonly EventJournal _journal;
    private readonly WebhookDelivery _webhooks;
    private readonly EventEntry _entry;

    public EventEntryTests()
    {
        var log = new RecordingLog();
        var options = new Dictionary<string, WebhookOptions>
        {
            ["mes"] = new() { Url = "http://127.0.0.1:1", Verdicts = [VerdictKind.Reject] },
        };
        var stations = new Dictionary<string, EvidenceStation>
        {
            ["s1"] = new(StationTopics.ForAll(LineUnderTest.At(1), "line-1", ["s1"])["s1"], new StationHealth(),
                new StationCounters()),
        };
        var scope = new DeliveryScope(
            new AgentIdentity("pc", "line-1", "1"), LineUnderTest.At(1), stations, TimeProvider.System, log);
        _journal = new EventJournal(_folder.Path, new JournalOptions(), TimeProvider.System, log);
        _entry = new EventEntry(scope, _journal, _safe.Add);
        _webhooks = new WebhookDelivery(
            scope, options, _folder.Path, new SpooledPictures(Task.CompletedTask, _ => null), _entry.KeptForWebhooks);
        _entry.Webhooks = _webhooks;
    }

    public async ValueTask DisposeAsync()
    {
        await _webhooks.DisposeAsync();
        _journal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void It_is_safe_when_both_have_it()
    {
        (Guid one, Guid other) = (Add(VerdictKind.Reject), Add(VerdictKind.Reject));
        _entry.SafeInJournal(one);
        // The broker has it, and the journal says so again.
        _entry.SafeInJournal(one);
        _entry.KeptForWebhooks(other);
        Assert.Empty(_safe);
        _entry.KeptForWebhooks(one);
        _entry.SafeInJournal(other);
        Assert.Equal([one, other], _safe);
    }

    [Fact]
    public void What_no_webhook_wants_waits_for_the_journal_alone()
    {
        Guid pass = Add(VerdictKind.Pass), news = Add(null);
        _entry.SafeInJournal(pass);
        _entry.SafeInJournal(news);
        Assert.Equal([pass, news], _safe);
    }

    private Guid Add(VerdictKind? verdict)
    {
        var id = Guid.CreateVersion7();
        _entry.Add(new NewEvent(id, "s1", "{}"u8.ToArray(), HeldBack: false, verdict));
        return id;
    }
}
