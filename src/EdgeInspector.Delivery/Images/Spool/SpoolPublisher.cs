using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// Publishes the pictures that wait in the spool, the oldest first, each picture after its event, one at a time, so that no more than one
/// is in memory. The spool notes which were published; a picture whose acknowledgement was lost arrives twice, with the same event id.
/// </summary>
/// <remarks>
/// A picture over which the broker ends the connection waits while others are sent, is made smaller for each further try, and is set aside
/// after a few (<see cref="Tries"/>); the tries are counted in its sidecar, across restarts.
/// </remarks>
/// <param name="scope">What all types that deliver evidence share.</param>
/// <param name="connection">The connection for pictures, which carries nothing else.</param>
/// <param name="spool">Where the pictures wait.</param>
/// <param name="encoder">Makes pictures small enough.</param>
/// <param name="options">The pictures.</param>
/// <param name="ties">What ties pictures to their events.</param>
internal sealed class SpoolPublisher(
    DeliveryScope scope, BrokerConnection connection, ImageSpool spool, ImageEncoder encoder, ImageOptions options, ImageTies ties)
{
    // A smaller picture shows nothing any more.
    private const long LeastBytes = 4 * 1024;

    // So many pictures are asked about one after the other; events are delivered in order, so the pictures after these have to wait as
    // well.
    private const int LookedAt = 8;

    private const string Component = EvidenceDelivery.ImagesComponent;

    private static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromSeconds(60);

    // The publisher is not told when an event was delivered, so it looks again after this time.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    // When the agent stops while the connection is lost, the connection may be back in a moment.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    // The library reports a failed write first, and the end of the connection a moment later.
    private static readonly TimeSpan EndIsTold = TimeSpan.FromSeconds(1);

    private readonly FaultLog _faults = new(scope.Log, "Publishing the picture of a part", scope.Time);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile TaskCompletionSource _work = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Stations whose pictures the broker refused, and when to try again.
    private readonly Dictionary<string, long> _refused = new(StringComparer.Ordinal);

    // Pictures that wait for their next try.
    private readonly Dictionary<Guid, long> _later = [];

    // Tries of the pictures that wait: if the disk refuses the note in the sidecar, the tries must still end.
    private readonly Dictionary<Guid, int> _tries = [];
    private readonly LearnedSize _size = new();
    private Cut? _cut;

    /// <summary>Says that there may be something to publish.</summary>
    public void Wake() => _work.TrySetResult();

    /// <summary>Says that nothing will be added: <see cref="Run"/> ends when nothing waits, or no connection stands.</summary>
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
                await CountCut(stop).ConfigureAwait(false);
                if (_work.Task.IsCompleted)
                    _work = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (Next() is { } next)
                    await Publish(next, session, stop).ConfigureAwait(false);
                else if (_completed.Task.IsCompleted && spool.Content.Waiting == 0)
                    return;
                else
                    await _work.Task.WaitAsync(
                        spool.Content.Waiting == 0 ? Timeout.InfiniteTimeSpan : LookAgain, scope.Time, stop).ConfigureAwait(
                            ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && stop.IsCancellationRequested)
        {
        }
    }

    private async Task<Session?> Connected(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (connection.Current is { Ended.IsCompleted: false } session)
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
            // The agent stops, and the waiting pictures are safe on disk.
            return null;
        }
    }

    private SpoolEntry? Next()
    {
        long now = scope.Time.GetTimestamp();
        List<SpoolEntry> oldest = spool.NextToPublish(
            LookedAt, entry => _refused.GetValueOrDefault(entry.Station) <= now && _later.GetValueOrDefault(entry.Id) <= now);
        return oldest.FirstOrDefault(entry => !ties.IsEventWaiting(entry.Id));
    }

    private async Task Publish(SpoolEntry entry, Session session, CancellationToken stop)
    {
        if (spool.Read(entry) is not (Sidecar sidecar, byte[] file))
            return;
        sidecar = sidecar with { Tries = Math.Max(sidecar.Tries, _tries.GetValueOrDefault(entry.Id)) };
        MqttApplicationMessage message = Message(sidecar);
        byte[] jpeg;
        try
        {
            jpeg = encoder.Fit(file, MostBytes(file.Length, sidecar.Tries, session, PublishSize.Around(message)));
        }
        catch (Exception e) when (e is DeliveryException or OpenCvSharp.OpenCVException or OpenCvSharp.OpenCvSharpException)
        {
            spool.GiveUp(entry, sidecar, e.Message);
            return;
        }
        message.PayloadSegment = jpeg;
        long bytes = PublishSize.Of(message);
        Session? other = ties.Witness();
        session.Carry(() => $"the picture of event {entry.Id} ({bytes} bytes, {PrintableText.Of(sidecar.Topic, 100)})");
        try
        {
            using var timeout = new CancellationTokenSource(AcknowledgeWithin, scope.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            MqttClientPublishResult result = await session.Publish(message, either.Token).ConfigureAwait(false);
            session.Delivered();
            if (result.IsSuccess)
                Delivered(entry, sidecar, bytes);
            else if (result.ReasonCode is MqttClientPublishReasonCode.NotAuthorized or MqttClientPublishReasonCode.QuotaExceeded)
                Refused(entry.Station, $"the broker refused it ({result.ReasonCode}). "
                    + $"It is kept and tried again; check the broker's access rules for {sidecar.Topic}.");
            else
                Count(
                    entry, sidecar, bytes, IsOfMessage(result.ReasonCode) ? Tries.Certain : Tries.Perhaps,
                    $"It answered {result.ReasonCode}.");
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            await Task.WhenAny(session.Ended, Task.Delay(EndIsTold, scope.Time, stop)).ConfigureAwait(false);
            session.Abort($"The connection to the broker {session.Broker} was given up while sending a picture: {e.Message}");
            _cut = new Cut(entry, sidecar, bytes, session.Ended.Result, other);
        }
    }

    private static bool IsOfMessage(MqttClientPublishReasonCode reason) =>
        reason is MqttClientPublishReasonCode.PayloadFormatInvalid or MqttClientPublishReasonCode.TopicNameInvalid;

    // How many bytes the picture itself may have: the limits of settings, broker and earlier tries.
    private long MostBytes(long bytes, int tries, Session session, long around)
    {
        long most = Math.Min(options.MaxBytes, Math.Min(session.MaximumPacketSize, _size.Most) - around);
        int shrinkings = Tries.Shrinkings(tries);
        // A quarter of the bytes each time: half as wide and half as high.
        return shrinkings == 0 ? most : Math.Min(most, Math.Max(LeastBytes, Math.Min(most, bytes) >> (2 * shrinkings)));
    }

    /// <summary>
    /// Counts a try that ended with the connection, now that the broker is back and the other connection shows what else had ended.
    /// </summary>
    private async Task CountCut(CancellationToken stop)
    {
        if (_cut is not { } cut)
            return;
        _cut = null;
        bool isCertain = await CutCause.IsMessageAsync(cut.End, cut.Other, scope.Time, stop).ConfigureAwait(false);
        Count(cut.Entry, cut.Sidecar, cut.Bytes, isCertain ? Tries.Certain : Tries.Perhaps, cut.End.Reason);
    }

    private void Count(SpoolEntry entry, Sidecar sidecar, long bytes, int points, string reason)
    {
        sidecar = sidecar with { Tries = sidecar.Tries + points };
        _size.Refused(entry.Id, bytes);
        if (sidecar.Tries < Tries.Enough)
        {
            spool.Note(entry, sidecar);
            _tries[entry.Id] = sidecar.Tries;
            _later[entry.Id] = scope.Time.GetTimestamp()
                + (long)(Tries.Pause(sidecar.Tries, scope.Mqtt).TotalSeconds * scope.Time.TimestampFrequency);
            return;
        }
        Forget(entry);
        reason = $"The picture of event {entry.Id} was set aside. The broker did not take it, at last with {bytes} bytes. {reason}";
        if (spool.SetAside(entry, sidecar) is { } kept)
            ties.SetAside(new RefusedMessage(entry.Station, "image", entry.Id, sidecar.Topic, bytes, kept, reason));
    }

    private void Forget(SpoolEntry entry)
    {
        _later.Remove(entry.Id);
        _tries.Remove(entry.Id);
        _size.Forget(entry.Id);
    }

    private void Delivered(SpoolEntry entry, Sidecar sidecar, long bytes)
    {
        if (_size.Taken(entry.Id, bytes, sidecar.Tries >= Tries.Certain))
        {
            _faults.Report(
                $"the broker took it only when it was smaller. From now on pictures are made to fit into {_size.Most} bytes; "
                + "allow larger messages at the broker, or lower Images:MaxBytes");
        }
        Forget(entry);
        spool.Deliver(entry, sidecar);
        if (!scope.Stations.TryGetValue(entry.Station, out EvidenceStation? station))
            return;
        station.Counters.CountImagePublished();
        if (_refused.Remove(entry.Station))
            station.Health.Withdraw(Component);
    }

    private void Refused(string station, string why)
    {
        _refused[station] = scope.Time.GetTimestamp() + (long)(scope.Mqtt.LongestPause.TotalSeconds * scope.Time.TimestampFrequency);
        _faults.Report(why);
        if (scope.Stations.TryGetValue(station, out EvidenceStation? known))
            known.Health.Complain(DeliveryWordings.PictureRefused.Of(why));
    }

    private MqttApplicationMessage Message(Sidecar sidecar)
    {
        var message = new MqttApplicationMessage
        {
            Topic = sidecar.Topic,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        if (!scope.Mqtt.IsMqtt5)
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

    private static MqttUserProperty Property(string name, string value) =>
        new(name, System.Text.Encoding.UTF8.GetBytes(MqttText.Fit(value)).AsMemory());

    /// <summary>The connection ended while a picture was on its way.</summary>
    private sealed record Cut(SpoolEntry Entry, Sidecar Sidecar, long Bytes, SessionEnd End, Session? Other);
}
