using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>Complains at the stations whose events webhooks will never get, and while the disk takes none. Thread-safe.</summary>
internal sealed class WebhookHealth(DeliveryScope scope, IReadOnlyList<Webhook> webhooks)
{
    /// <summary>The component under whose name it complains.</summary>
    public const string Component = "webhooks";

    // How long state tells of lost events; the counters stay.
    private static readonly TimeSpan Told = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (Said What, long At)> _lost = new(StringComparer.Ordinal);
    private Said? _disk;

    /// <summary>Says that a webhook will never get some events.</summary>
    public void Lose(string webhook, Said what)
    {
        lock (_gate)
            _lost[webhook] = (what, scope.Time.GetTimestamp());
        Show();
    }

    /// <summary>Says what is wrong with the disk; null: it is well again.</summary>
    public void Disk(Said? complaint)
    {
        lock (_gate)
            _disk = complaint;
        Show();
    }

    /// <summary>Withdraws what was told for long enough. To be called now and then.</summary>
    public void Look()
    {
        lock (_gate)
        {
            string[] old = [.. _lost.Where(one => scope.Time.GetElapsedTime(one.Value.At) > Told).Select(one => one.Key)];
            foreach (string name in old)
                _lost.Remove(name);
            if (old.Length == 0)
                return;
        }
        Show();
    }

    private void Show()
    {
        foreach ((string name, EvidenceStation station) in scope.Stations)
        {
            List<Said> complaints;
            lock (_gate)
            {
                complaints =
                [
                    .. _disk is { } disk ? [disk] : Array.Empty<Said>(),
                    .. webhooks.Where(webhook => webhook.IsFor(name) && _lost.ContainsKey(webhook.Name))
                        .Select(webhook => _lost[webhook.Name].What),
                ];
            }
            if (complaints.Count == 0)
                station.Health.Withdraw(Component);
            else
                station.Health.Complain(complaints.Count == 1 ? complaints[0] : DeliveryWordings.WebhooksSeveral.Of(complaints));
        }
    }
}
