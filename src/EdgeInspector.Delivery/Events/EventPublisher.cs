using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Text;
using MQTTnet;

namespace EdgeInspector.Delivery.Events;

/// <summary>
/// Publishes the journal in order, with a window of events that are not yet acknowledged, for ever.
/// After a lost connection it begins again with the first event that was not acknowledged; some may then arrive twice, with the same id.
/// </summary>
/// <remarks>
/// An event that the broker does not take holds up no other. Events that were in flight when the connection ended are sent one at a time
/// from then on, so that the publisher sees over which event the connection ends. That event waits while the others go on, and after a few
/// tries it is set aside (<see cref="Tries"/>). If the tries show that events are too large for the broker, further events of that size are
/// set aside after fewer tries (<see cref="SizeLimit"/>).
/// </remarks>
/// <param name="scope">What all types that deliver evidence share.</param>
/// <param name="connection">The connection for events.</param>
/// <param name="journal">Where the events wait.</param>
/// <param name="refused">Where events are set aside.</param>
internal sealed class EventPublisher(DeliveryScope scope, BrokerConnection connection, EventJournal journal, RefusedFolder refused)
{
    // Small enough for the receive maximum of any broker (mosquitto: 20), large enough to keep a slow network busy.
    private const int MostInFlight = 16;

    internal const string Component = "events";

    private static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromSeconds(20);

    // The library reports a failed write first, and the end of the connection a moment later.
    private static readonly TimeSpan EndIsTold = TimeSpan.FromSeconds(1);

    private readonly FaultLog _faults = new(scope.Log, "Publishing an event", scope.Time);
    private readonly HashSet<string> _complained = new(StringComparer.Ordinal);

    // Events that were in flight when a connection ended: each is sent alone until the broker takes it.
    private readonly HashSet<Guid> _suspects = [];

    private readonly PostponedEvents _later = new(scope.Mqtt, scope.Time);

    // Events that let another one go first, on the present connection.
    private readonly HashSet<Guid> _putOff = [];
    private readonly EventMessages _messages = new(scope.Mqtt, refused, scope.Time);
    private CutEvent? _cut;

    /// <summary>The session of another connection to the same broker: tells a message that is not taken from a lost broker.</summary>
    public required Func<Session?> Witness { private get; init; }

    /// <summary>Told each event that need not be sent any more.</summary>
    public required Action<Guid> Settled { private get; init; }

    /// <summary>Told of an event that was set aside.</summary>
    public required Action<RefusedMessage> Refused { private get; init; }

    /// <summary>Told of an event that could not even be kept.</summary>
    public required Action<LostEvents> Lost { private get; init; }

    private MqttOptions Options => scope.Mqtt;

    private TimeProvider Time => scope.Time;

    /// <summary>Publishes until stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                Session session = await connection.WaitConnected(stop).ConfigureAwait(false);
                // Whoever changes a broker's limit restarts the broker.
                if (_cut is null)
                    _messages.Limit.Doubt();
                await CountCut(stop).ConfigureAwait(false);
                await Drain(session, stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Publishes on one connection until it ends or the journal's order begins anew.</summary>
    private async Task Drain(Session session, CancellationToken stop)
    {
        int window = Math.Clamp(session.ReceiveMaximum, 1, MostInFlight);
        var inFlight = new Queue<SentEvent>();
        long after = 0;
        int epoch = journal.Epoch;
        _putOff.Clear();
        journal.Rewind();
        if (journal.Peek(0) is { } first)
            _messages.ForgetBefore(first.Position);
        try
        {
            while (!session.Ended.IsCompleted && journal.Epoch == epoch)
            {
                if (_later.UntilDue != TimeSpan.Zero)
                {
                    after = Fill(inFlight, window, after, session, stop);
                }
                else if (inFlight.Count == 0)
                {
                    _later.Release();
                    after = 0;
                    journal.Rewind();
                    continue;
                }
                if (inFlight.Count == 0)
                {
                    await WaitForWork(session, after, stop).ConfigureAwait(false);
                    continue;
                }
                MqttClientPublishResult result = await inFlight.Peek().Result.ConfigureAwait(false);
                SentEvent sent = inFlight.Dequeue();
                if (result.IsSuccess)
                    Delivered(sent, session);
                else
                    Refuse(sent, result);
                Carry(session, inFlight);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            await Task.WhenAny(session.Ended, Task.Delay(EndIsTold, Time, stop)).ConfigureAwait(false);
            session.Abort(e is OperationCanceledException
                ? $"The connection to the broker {session.Broker} was given up: "
                    + $"it did not acknowledge an event within {AcknowledgeWithin.TotalSeconds:0} s."
                : $"The connection to the broker {session.Broker} was given up: {e.Message}");
        }
        finally
        {
            List<SentEvent> left = await Collect(inFlight, session).ConfigureAwait(false);
            if (session.Ended.IsCompleted && !stop.IsCancellationRequested)
                Suspect(left, session.Ended.Result);
        }
    }

    private long Fill(Queue<SentEvent> inFlight, int window, long after, Session session, CancellationToken stop)
    {
        while (inFlight.Count < (inFlight.TryPeek(out SentEvent? one) && one.IsAlone ? 1 : window) && journal.Peek(after) is { } next)
        {
            if (_later.Has(next.Id, next.Topic))
            {
                journal.Pass(next.Position);
                after = next.Position;
                continue;
            }
            // The size matters only if the broker has refused an event before.
            long? size = _messages.Limit.HasRefused && !EventWriter.CarriesPicture(next.Json) ? _messages.SizeOf(next) : null;
            // The broker may end the connection over this event, which says something only if the event is sent alone.
            bool isLarge = size is { } bytes && _messages.Limit.MayRefuse(bytes);
            if (isLarge && IsToComeLater(next, size!.Value, session))
            {
                _later.Add(next.Id, Options.FirstPause);
                continue;
            }
            bool isAlone = isLarge || _suspects.Contains(next.Id) || refused.Tries(next.Id) > 0;
            if (isAlone && inFlight.Count > 0)
                return after;
            after = next.Position;
            EventMessage made = _messages.Make(next, session);
            if (made.Problem is { } problem && SetAside(next, made.Bytes, problem, isGuess: made.Message is not null))
                continue;
            Session? other = Witness();
            inFlight.Enqueue(
                new SentEvent(next, made.Bytes!.Value, isAlone, made.IsStripped, other, Publish(made.Message!, session, stop)));
            Carry(session, inFlight);
        }
        return after;
    }

    /// <summary>
    /// True, once, for an event over which the broker will probably end a new connection: the broker is to take another event first,
    /// because after a connection on which nothing was delivered the next pause is longer.
    /// </summary>
    private bool IsToComeLater(WaitingEvent next, long size, Session session) => !session.HasDelivered && journal.Count > _later.Count + 1
        && _messages.Limit.MayRefuse(size, tries: 2) && !_messages.Limit.Refuses(size) && _putOff.Add(next.Id);

    private async Task<MqttClientPublishResult> Publish(MqttApplicationMessage message, Session session, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(AcknowledgeWithin, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        return await session.Publish(message, either.Token).ConfigureAwait(false);
    }

    private async Task WaitForWork(Session session, long after, CancellationToken stop)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(journal.WaitForMore(after), session.Ended, Task.Delay(_later.UntilDue, Time, woken.Token)).ConfigureAwait(false);
        await woken.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    private static void Carry(Session session, Queue<SentEvent> inFlight)
    {
        if (inFlight.Count == 0)
            return;
        (SentEvent first, int count) = (inFlight.Peek(), inFlight.Count);
        WaitingEvent one = first.Event;
        session.Carry(() => count == 1 ? $"the event {one.Id} ({first.Bytes} bytes, {Short(one.Topic)})" : $"{count} events");
    }

    /// <summary>
    /// Learns what became of the events that were still in flight when something went wrong, so that no more events than needed are sent
    /// twice. Returns the events that were not acknowledged.
    /// </summary>
    private async Task<List<SentEvent>> Collect(Queue<SentEvent> inFlight, Session session)
    {
        var left = new List<SentEvent>();
        foreach (SentEvent sent in inFlight)
        {
            try
            {
                MqttClientPublishResult result = await sent.Result.ConfigureAwait(false);
                if (result.IsSuccess)
                    Delivered(sent, session);
                else
                    Refuse(sent, result);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                left.Add(sent);
            }
        }
        return left;
    }

    // The connection may have ended over one of the events.
    private void Suspect(List<SentEvent> left, SessionEnd end)
    {
        if (left.Count == 1)
            _cut = new CutEvent(left[0], end);
        foreach (SentEvent sent in left)
            _suspects.Add(sent.Event.Id);
    }

    /// <summary>
    /// Counts a try that ended with the connection, now that the broker is back and the other connection shows what else had ended.
    /// </summary>
    private async Task CountCut(CancellationToken stop)
    {
        if (_cut is not { } cut)
            return;
        _cut = null;
        bool isCertain = await CutCause.IsMessageAsync(cut.End, cut.Sent.Other, Time, stop).ConfigureAwait(false);
        bool isExpected = false, isLeast = cut.Sent.IsStripped || !EventWriter.CarriesPicture(cut.Sent.Event.Json);
        if (isLeast)
        {
            isExpected = _messages.Limit.MayRefuse(cut.Sent.Bytes);
            _messages.Limit.Refused(cut.Sent.Bytes, cut.Sent.Event.Topic, isCertain ? Tries.Certain : Tries.Perhaps);
        }
        bool isTooLarge = isLeast && _messages.Limit.Refuses(cut.Sent.Bytes);
        if (!isTooLarge || !SetAside(cut.Sent.Event, cut.Sent.Bytes, EventMessages.TooLarge(cut.Sent.Bytes), isGuess: true))
            Count(cut.Sent, isCertain ? Tries.Certain : Tries.Perhaps, cut.End.Reason, isExpected);
    }

    private void Count(SentEvent sent, int points, string reason, bool isExpected = false)
    {
        WaitingEvent one = sent.Event;
        int sum = refused.Add(one.Id, points);
        _messages.Learned.Refused(one.Id, sent.Bytes);
        if (sum == Tries.Perhaps && !isExpected)
        {
            // A broker that restarts ends the connection over any event; so after the first time the event keeps its place.
            _suspects.Add(one.Id);
        }
        else if (sum < Tries.Enough)
        {
            Postpone(one.Id, Tries.Pause(sum, Options));
        }
        else
        {
            SetAside(one, sent.Bytes, $"The broker did not take it. {reason}");
        }
    }

    private void Postpone(Guid id, TimeSpan pause)
    {
        _suspects.Add(id);
        _later.Add(id, pause);
    }

    /// <summary>Deals with an event that the broker has refused in words.</summary>
    private void Refuse(SentEvent sent, MqttClientPublishResult result)
    {
        WaitingEvent one = sent.Event;
        string answer = $"the broker refused it ({result.ReasonCode})";
        if (result.ReasonCode is not (MqttClientPublishReasonCode.NotAuthorized or MqttClientPublishReasonCode.QuotaExceeded))
        {
            bool isCertain = result.ReasonCode
                is MqttClientPublishReasonCode.PayloadFormatInvalid or MqttClientPublishReasonCode.TopicNameInvalid;
            _faults.Report($"{answer}: {one.Id} ({sent.Bytes} bytes, {Short(one.Topic)}).");
            Count(sent, isCertain ? Tries.Certain : Tries.Perhaps, $"It answered {result.ReasonCode}.");
            return;
        }
        // The event is not to blame: all events of its topic wait, and those of other stations go on.
        _later.Forbid(one.Topic);
        bool isOurs = scope.Stations.Values.Any(station => station.Topics.Event == one.Topic);
        string why = $"{answer}. It is kept and tried again; " + (isOurs
            ? $"check the broker's access rules for {one.Topic}."
            : $"no station here publishes to {Short(one.Topic)} any more: the agent ran with another Line, TopicPrefix or station. "
                + "Give the agent that right for a moment, or stop it and move journal.db away.");
        _faults.Report(why);
        if (_complained.Add(one.Station) && scope.Stations.TryGetValue(one.Station, out EvidenceStation? station))
            station.Health.Complain(DeliveryWordings.EventRefused.Of(why));
    }

    /// <summary>Sets an event aside.</summary>
    /// <param name="one">The event.</param>
    /// <param name="bytes">Size of the event's packet; null: the event was not tried.</param>
    /// <param name="reason">Why, in sentences.</param>
    /// <param name="isGuess">True: an event that can't be kept is not given up, since the broker has only refused similar events.</param>
    /// <returns>False when the event is still to be sent.</returns>
    private bool SetAside(WaitingEvent one, long? bytes, string reason, bool isGuess = false)
    {
        reason = $"Event {one.Id} was set aside. {reason}";
        try
        {
            byte[] json = EventWriter.Finish(one.Json, replayed: true);
            if (refused.Keep(one.Id, json, RefusedText.Of(one, bytes, _messages.Limit.LargestTaken, reason)) is { } kept)
            {
                bool isWorthAnEvent = !EventWriter.TellsOfRefused(one.Json);
                Refused(
                    new RefusedMessage(one.Station, "event", one.Id, one.Topic, bytes, kept, reason) { IsWorthAnEvent = isWorthAnEvent });
            }
            else if (isGuess)
            {
                return false;
            }
            else
            {
                const string Full = $"The folder {RefusedFolder.Name} is full, so that it could not be kept. "
                    + "Look at what lies there, and remove it.";
                Lost(new LostEvents(one.Station, 1, one.Id, one.Id, $"{reason} {Full}"));
            }
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            // The event stays in the journal.
            _faults.Report($"{reason} It could not be moved to the folder {RefusedFolder.Name}: {e.Message}");
            Postpone(one.Id, Options.LongestPause);
            return true;
        }
        Forget(one);
        if (journal.Acknowledge(one.Position))
            Settled(one.Id);
        return true;
    }

    private void Delivered(SentEvent sent, Session session)
    {
        WaitingEvent one = sent.Event;
        session.Delivered();
        _messages.Limit.Taken(sent.Bytes, one.Topic);
        // An event that is sent again is shorter by a letter ("replayed": true): only an event without its picture shows what the broker
        // takes.
        if (_messages.Learned.Taken(one.Id, sent.Bytes, sent.IsStripped))
        {
            _faults.Report(
                "the broker took a message only when it was smaller. "
                + $"From now on pictures in events are left out of messages above {_messages.Learned.Most} "
                + "bytes; allow larger ones at the broker, or lower Images:InlineMaxBytes");
        }
        Forget(one);
        _later.Allow(one.Topic);
        if (!journal.Acknowledge(one.Position))
            return;
        EvidenceStation? station = scope.Stations.GetValueOrDefault(one.Station);
        station?.Counters.CountEventPublished();
        if (sent.IsStripped)
            station?.Counters.CountImageDropped();
        Settled(one.Id);
        if (_complained.Remove(one.Station))
            station?.Health.Withdraw(Component);
    }

    private void Forget(WaitingEvent one)
    {
        _messages.Forget(one.Position);
        _suspects.Remove(one.Id);
        _later.Remove(one.Id);
        _messages.Learned.Forget(one.Id);
        refused.Forget(one.Id);
    }

    // The journal may come from an earlier run with other settings.
    private static string Short(string topic) => PrintableText.Of(topic, 100);
}
