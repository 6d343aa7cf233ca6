using System.Diagnostics.Metrics;
using EdgeInspector.Delivery.Webhooks;

namespace EdgeInspector.Web.Metrics;

/// <summary>
/// What became of the webhooks' events, read when somebody asks. Each value has the attribute <c>edgeinspector.webhook</c>; where there are
/// no webhooks, there are no values.
/// </summary>
internal sealed class WebhookInstruments
{
    private const string WebhookKey = "edgeinspector.webhook", FateKey = "edgeinspector.fate";

    public WebhookInstruments(Meter meter, Func<IReadOnlyList<WebhookFigures>> figures)
    {
        meter.CreateObservableCounter(
            "edgeinspector.webhook.events",
            () => figures().SelectMany(one => new Measurement<long>[]
            {
                new(one.Sent, Name(one), new(FateKey, "sent")),
                new(one.Refused, Name(one), new(FateKey, "refused")),
                new(one.GivenUp, Name(one), new(FateKey, "given_up")),
            }),
            "{event}",
            "Events for webhooks, by what became of them.");
        meter.CreateObservableGauge(
            "edgeinspector.webhook.events.waiting", () => figures().Select(one => new Measurement<long>(one.Waiting, Name(one))), "{event}",
            "Events that wait for a webhook.");
        meter.CreateObservableGauge(
            "edgeinspector.webhook.oldest.age",
            () => figures().Select(one => new Measurement<double>(one.OldestAge.TotalSeconds, Name(one))), "s",
            "For how long the oldest event that waits for a webhook has waited.");
        meter.CreateObservableGauge(
            "edgeinspector.webhook.size", () => figures().Select(one => new Measurement<long>(one.WaitingBytes, Name(one))), "By",
            "Bytes of the events that wait for a webhook.");
    }

    private static KeyValuePair<string, object?> Name(WebhookFigures one) => new(WebhookKey, one.Name);
}
