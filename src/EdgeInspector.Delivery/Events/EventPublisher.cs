using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Events;

/// <summary>
/// Publishes the journal in order, with a window of events that are not yet acknowledged, for ever. After a lost connection it begins again with the first
/// event that was not acknowledged; some may then arrive twice, with the same id.
/// </summary>
internal sealed class EventPublisher(
    BrokerConnection connection,
    EventJournal journal,
    IReadOnlyDictionary<string, EvidenceStation> stations,
    Action<Guid, bool> settled,
    Action<LostEvents> lost,
    MqttOptions options,
    TimeProvider time,
    ILogger log)
{
    // Small enough for the receive maximum of any broker (mosquitto: 20), large enough to fill the line over a slow network.
    private const int MostInFlight = 16;

    // Room for the packet's header, topic and properties.
    private const int Overhead = 2 * 1024;

    private const string Component = "events";

    private static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromSeconds(20);

    // An event of this age is history, even when there was a connection all the time.
    private static readonly TimeSpan News = TimeSpan.FromSeconds(2);

    private readonly FaultLog _faults = new(log, "Publishing an event", time);
    private readonly HashSet<long> _tried = [];
    private bool _complained;

    /// <summary>Publishes until stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        var pause = new ReconnectPause(options.FirstPause, options.LongestPause, Random.Shared);
        try
        {
            while (true)
            {
                Session session = await connection.WaitConnected(stop).ConfigureAwait(false);
                int epoch = journal.Epoch;
                string? refused = await Drain(session, pause, stop).ConfigureAwait(false);
                if (refused is not null)
                {
                    _faults.Report(refused);
                    Complain(refused);
                    await Task.WhenAny(session.Ended, Task.Delay(pause.Next(), time, stop)).ConfigureAwait(false);
                }
                else if (journal.Epoch == epoch)
                {
                    await session.Ended.WaitAsync(stop).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Publishes on one connection until it ends (gives null) or the broker refuses an event (gives why).</summary>
    private async Task<string?> Drain(Session session, ReconnectPause pause, CancellationToken stop)
    {
        // One place is left for an image on the same connection.
        int window = Math.Clamp(session.ReceiveMaximum - 1, 1, MostInFlight);
        var inFlight = new Queue<(WaitingEvent Event, Task<MqttClientPublishResult> Sending)>();
        long after = 0;
        int epoch = journal.Epoch;
        if (journal.Peek(0) is { } first)
            _tried.RemoveWhere(position => position < first.Position);
        try
        {
            while (!session.Ended.IsCompleted && journal.Epoch == epoch)
            {
                while (inFlight.Count < window && journal.Peek(after) is { } next)
                {
                    after = next.Position;
                    if (!Fits(next, session))
                        continue;
                    inFlight.Enqueue((next, Publish(next, session, stop)));
                }
                if (inFlight.Count == 0)
                {
                    await Task.WhenAny(journal.WaitForMore(after), session.Ended).WaitAsync(stop).ConfigureAwait(false);
                    continue;
                }
                MqttClientPublishResult result = await inFlight.Peek().Sending.ConfigureAwait(false);
                if (!result.IsSuccess)
                    return $"the broker refused it ({result.ReasonCode}). It is kept and tried again; check the broker's access rules for {inFlight.Peek().Event.Topic}.";
                Delivered(inFlight.Dequeue().Event);
                pause.Reset();
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            if (!session.Ended.IsCompleted)
            {
                _faults.Report(e.Message);
                session.Abort(e is MqttCommunicationTimedOutException
                    ? $"The connection to the broker {options.Address} was given up: it did not acknowledge an event within {AcknowledgeWithin.TotalSeconds:0} s."
                    : $"The connection to the broker {options.Address} was given up: {e.Message}");
            }
        }
        finally
        {
            await Collect(inFlight).ConfigureAwait(false);
        }
        return null;
    }

    private async Task<MqttClientPublishResult> Publish(WaitingEvent next, Session session, CancellationToken stop)
    {
        bool replayed = !_tried.Add(next.Position) || next.HeldBack || time.GetElapsedTime(next.AddedAt) > News;
        using var timeout = new CancellationTokenSource(AcknowledgeWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        var message = new MqttApplicationMessage
        {
            Topic = next.Topic,
            PayloadSegment = EventWriter.Finish(next.Json, replayed),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            ContentType = options.IsMqtt5 ? "application/json" : null,
        };
        return await session.Publish(message, either.Token).ConfigureAwait(false);
    }

    /// <summary>Learns what became of those still in flight when something went wrong, so that no more than needed is sent twice.</summary>
    private async Task Collect(Queue<(WaitingEvent Event, Task<MqttClientPublishResult> Sending)> inFlight)
    {
        foreach ((WaitingEvent sent, Task<MqttClientPublishResult> sending) in inFlight)
        {
            try
            {
                if ((await sending.ConfigureAwait(false)).IsSuccess)
                    Delivered(sent);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // It will be sent again.
            }
        }
    }

    private bool Fits(WaitingEvent next, Session session)
    {
        if (next.Json.Length + Overhead <= session.MaximumPacketSize)
            return true;
        // Sending it would make the broker close the connection, for ever.
        string reason = $"The event has {next.Json.Length} bytes, more than the broker takes ({session.MaximumPacketSize}); it was given up. Allow larger messages at the broker.";
        _faults.Report(reason);
        if (!journal.Acknowledge(next.Position))
            return false;
        settled(next.Id, false);
        // Where not even the event that tells of it would fit, only the counter can.
        if (next.Json.Length > Overhead)
            lost(new LostEvents(next.Station, 1, next.Id, next.Id, reason));
        else
            stations.GetValueOrDefault(next.Station)?.Counters.CountEventDropped();
        return false;
    }

    private void Delivered(WaitingEvent delivered)
    {
        _tried.Remove(delivered.Position);
        if (!journal.Acknowledge(delivered.Position))
            return;
        stations.GetValueOrDefault(delivered.Station)?.Counters.CountEventPublished();
        settled(delivered.Id, true);
        if (!_complained)
            return;
        _complained = false;
        foreach (EvidenceStation station in stations.Values)
            station.Health.Withdraw(Component);
    }

    private void Complain(string refused)
    {
        _complained = true;
        foreach (EvidenceStation station in stations.Values)
            station.Health.Complain(Component, $"An event could not be published: {refused}");
    }
}
