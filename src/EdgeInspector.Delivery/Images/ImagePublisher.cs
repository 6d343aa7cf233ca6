using System.Threading.Channels;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Images;

/// <summary>
/// Encodes pictures on its own thread and publishes each after its event. Frames wait in one bounded queue, encoded pictures in another; when one is
/// full, the newest picture is given up and counted.
/// </summary>
internal sealed class ImagePublisher
{
    private const int Overhead = 2 * 1024;

    private static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromSeconds(60);

    private readonly BrokerConnection _connection;
    private readonly MqttOptions _mqtt;
    private readonly ImageOptions _options;
    private readonly IReadOnlyDictionary<string, EvidenceStation> _stations;
    private readonly TimeProvider _time;
    private readonly FaultLog _dropped;
    private readonly ImageEncoder _encoder;

    // Both refuse the newest when full (TryWrite gives false): a picture already promised by an event is worth more than a later one.
    private readonly Channel<Job> _frames;
    private readonly Channel<Encoded> _encoded;
    private readonly Thread _thread;
    private volatile bool _stopped;

    public ImagePublisher(
        BrokerConnection connection,
        MqttOptions mqtt,
        ImageOptions options,
        IReadOnlyDictionary<string, EvidenceStation> stations,
        TimeProvider time,
        ILogger log)
    {
        (_connection, _mqtt, _options, _stations, _time) = (connection, mqtt, options, stations, time);
        _dropped = new FaultLog(log, "Publishing the picture of a part", time);
        _encoder = new ImageEncoder(options);
        _frames = Channel.CreateBounded<Job>(new BoundedChannelOptions(options.Queue) { SingleReader = true });
        _encoded = Channel.CreateBounded<Encoded>(new BoundedChannelOptions(options.Backlog) { SingleReader = true, SingleWriter = true });
        _thread = new Thread(Encode) { Name = "images", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    public void Start() => _thread.Start();

    /// <summary>Takes a part's picture to be published once <paramref name="afterEvent"/> says that its event was delivered. Does not wait.</summary>
    /// <returns>False when there is no picture to publish, because the verdict is none of those wanted or the queue is full (then it was counted).</returns>
    public bool TryAdd(InspectedPart part, Task<bool> afterEvent)
    {
        if (part.Frame is not { } frame || !_options.For.Contains(part.Verdict.Kind))
            return false;
        frame.AddReference();
        if (_frames.Writer.TryWrite(new Job(part, frame, afterEvent)))
            return true;
        frame.Release();
        Drop(part.Station, $"{_options.Queue} frames already wait to be encoded (Images:Queue); the picture of part {part.Part} was given up.");
        return false;
    }

    /// <summary>Takes no more pictures; <see cref="Run"/> ends when those taken are published.</summary>
    public void Complete() => _frames.Writer.TryComplete();

    /// <summary>Publishes until completed or stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        using CancellationTokenRegistration _ = stop.Register(() =>
        {
            _stopped = true;
            Complete();
        });
        // Not ended by the stop itself: what is in the queues then is counted as given up, and its frames are released.
        await foreach (Encoded image in _encoded.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                if (await image.AfterEvent.WaitAsync(stop).ConfigureAwait(false))
                    await Publish(image, stop).ConfigureAwait(false);
                else
                    Drop(image.Part.Station, $"the event of part {image.Part.Part} was given up, and its picture with it.");
            }
            catch (Exception e) when (e is not OutOfMemoryException && stop.IsCancellationRequested)
            {
                DropStopped(image.Part);
            }
        }
    }

    // On the thread "images".
    private void Encode()
    {
        while (_frames.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_frames.Reader.TryRead(out Job? job))
                Encode(job);
        }
        _encoded.Writer.TryComplete();
    }

    private void Encode(Job job)
    {
        InspectedPart part = job.Part;
        if (_stopped)
        {
            job.Frame.Release();
            DropStopped(part);
            return;
        }
        byte[] jpeg;
        try
        {
            jpeg = _encoder.Encode(job.Frame, part.Verdict, part.Predictions);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Drop(part.Station, e.Message);
            return;
        }
        finally
        {
            job.Frame.Release();
        }
        if (!_encoded.Writer.TryWrite(new Encoded(part, jpeg, job.AfterEvent)))
            Drop(part.Station, $"{_options.Backlog} pictures already wait for the broker (Images:Backlog); the one of part {part.Part} was given up.");
    }

    private async Task Publish(Encoded image, CancellationToken stop)
    {
        EvidenceStation station = _stations[image.Part.Station];
        MqttApplicationMessage message = Message(image, station.Topics.Image);
        while (true)
        {
            Session session = await _connection.WaitConnected(stop).ConfigureAwait(false);
            if (image.Jpeg.Length + Overhead > session.MaximumPacketSize)
            {
                Drop(image.Part.Station, $"it has {image.Jpeg.Length} bytes, more than the broker takes ({session.MaximumPacketSize}). Lower Images:MaxBytes.");
                return;
            }
            try
            {
                using var timeout = new CancellationTokenSource(AcknowledgeWithin, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
                MqttClientPublishResult result = await session.Publish(message, either.Token).ConfigureAwait(false);
                if (result.IsSuccess)
                    station.Counters.CountImagePublished();
                else
                    Drop(image.Part.Station, $"the broker refused it ({result.ReasonCode}). Check its access rules for {message.Topic}.");
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
            {
                session.Abort($"The connection to the broker {_mqtt.Address} was given up while sending a picture: {e.Message}");
            }
        }
    }

    private MqttApplicationMessage Message(Encoded image, string topic)
    {
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            PayloadSegment = image.Jpeg,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        if (!_mqtt.IsMqtt5)
            return message;
        message.ContentType = "image/jpeg";
        message.UserProperties =
        [
            Property("content-type", "image/jpeg"),
            Property("event-id", image.Part.Id.ToString()),
            Property("part", image.Part.Part),
            Property("station", image.Part.Station),
        ];
        return message;
    }

    private static MqttUserProperty Property(string name, string value) => new(name, System.Text.Encoding.UTF8.GetBytes(value).AsMemory());

    private void DropStopped(InspectedPart part) => Drop(part.Station, $"the agent stopped before the picture of part {part.Part} could be published.");

    private void Drop(string station, string cause)
    {
        _stations[station].Counters.CountImageDropped();
        _dropped.Report(cause);
    }

    // The part has been disposed and serves as a record; the frame is the job's own.
    private sealed record Job(InspectedPart Part, Frame Frame, Task<bool> AfterEvent);

    private sealed record Encoded(InspectedPart Part, byte[] Jpeg, Task<bool> AfterEvent);
}
