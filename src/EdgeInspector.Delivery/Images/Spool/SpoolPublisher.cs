using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// Publishes what waits in the spool, the oldest first, each picture after its event, one at a time, so that no more than one is in memory. Which were
/// published stands in the spool; a picture whose acknowledgement was lost arrives twice, with the same event id.
/// </summary>
internal sealed class SpoolPublisher(
    BrokerConnection connection,
    ImageSpool spool,
    ImageEncoder encoder,
    MqttOptions mqtt,
    ImageOptions options,
    IReadOnlyDictionary<string, EvidenceStation> stations,
    Func<Guid, bool> isEventWaiting,
    TimeProvider time,
    ILogger log)
{
    private const int Overhead = 2 * 1024;

    // Asked about one after the other; events are delivered in order, so that those behind have to wait as well.
    private const int LookedAt = 8;

    private const string Component = "images";

    private static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromSeconds(60);

    // Nobody tells when an event was delivered.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    // When the agent stops while the connection is lost: perhaps it is back in a moment.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    private readonly FaultLog _faults = new(log, "Publishing the picture of a part", time);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile TaskCompletionSource _work = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Stations whose pictures the broker refused, and when to try again.
    private readonly Dictionary<string, long> _refused = new(StringComparer.Ordinal);

    /// <summary>Says that there may be something to publish.</summary>
    public void Wake() => _work.TrySetResult();

    /// <summary>Says that nothing will be added: <see cref="Run"/> ends when nothing waits, or nobody is there to take it.</summary>
    public void Complete()
    {
        _completed.TrySetResult();
        Wake();
    }

    /// <summary>Publishes until stopped or completed.</summary>
    public async Task Run(CancellationToken stop)
    {
        try
        {
            await spool.Loaded.WaitAsync(stop).ConfigureAwait(false);
            while (await Connected(stop).ConfigureAwait(false) is { } session)
            {
                if (_work.Task.IsCompleted)
                    _work = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (Next() is { } next)
                    await Publish(next, session, stop).ConfigureAwait(false);
                else if (_completed.Task.IsCompleted && spool.Content.Waiting == 0)
                    return;
                else
                    await _work.Task.WaitAsync(spool.Content.Waiting == 0 ? Timeout.InfiniteTimeSpan : LookAgain, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && stop.IsCancellationRequested)
        {
        }
    }

    private async Task<Session?> Connected(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (connection.Current is { } session)
            return session;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<Session> connected = connection.WaitConnected(enough.Token);
        if (await Task.WhenAny(connected, _completed.Task).ConfigureAwait(false) != connected)
            enough.CancelAfter(LastPatience);
        try
        {
            return await connected.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The agent stops, and what waits is safe on disk.
            return null;
        }
    }

    private SpoolEntry? Next()
    {
        long now = time.GetTimestamp();
        List<SpoolEntry> oldest = spool.NextToPublish(LookedAt, station => !_refused.TryGetValue(station, out long again) || again <= now);
        return oldest.FirstOrDefault(entry => !isEventWaiting(entry.Id));
    }

    private async Task Publish(SpoolEntry entry, Session session, CancellationToken stop)
    {
        if (spool.Read(entry) is not (Sidecar sidecar, byte[] file))
            return;
        byte[] jpeg;
        try
        {
            jpeg = encoder.Fit(file, Math.Min(options.MaxBytes, session.MaximumPacketSize - Overhead));
        }
        catch (Exception e) when (e is DeliveryException or OpenCvSharp.OpenCVException or OpenCvSharp.OpenCvSharpException)
        {
            spool.GiveUp(entry, e.Message);
            return;
        }
        try
        {
            using var timeout = new CancellationTokenSource(AcknowledgeWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            MqttClientPublishResult result = await session.Publish(Message(sidecar, jpeg), either.Token).ConfigureAwait(false);
            if (result.IsSuccess)
                Delivered(entry, sidecar);
            else
                Refused(entry.Station, $"the broker refused it ({result.ReasonCode}). It is kept and tried again; check the broker's access rules for {sidecar.Topic}.");
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            session.Abort($"The connection to the broker {mqtt.Address} was given up while sending a picture: {e.Message}");
        }
    }

    private void Delivered(SpoolEntry entry, Sidecar sidecar)
    {
        spool.Deliver(entry, sidecar);
        if (!stations.TryGetValue(entry.Station, out EvidenceStation? station))
            return;
        station.Counters.CountImagePublished();
        if (_refused.Remove(entry.Station))
            station.Health.Withdraw(Component);
    }

    private void Refused(string station, string why)
    {
        _refused[station] = time.GetTimestamp() + (long)(mqtt.LongestPause.TotalSeconds * time.TimestampFrequency);
        _faults.Report(why);
        if (stations.TryGetValue(station, out EvidenceStation? known))
            known.Health.Complain(Component, $"The picture of a part could not be published: {why}");
    }

    private MqttApplicationMessage Message(Sidecar sidecar, byte[] jpeg)
    {
        var message = new MqttApplicationMessage
        {
            Topic = sidecar.Topic,
            PayloadSegment = jpeg,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        if (!mqtt.IsMqtt5)
            return message;
        message.ContentType = "image/jpeg";
        message.UserProperties =
        [
            Property("content-type", "image/jpeg"),
            Property("event-id", sidecar.Id.ToString()),
            Property("part", sidecar.Part),
            Property("station", sidecar.Station),
        ];
        return message;
    }

    private static MqttUserProperty Property(string name, string value) => new(name, System.Text.Encoding.UTF8.GetBytes(value).AsMemory());
}
