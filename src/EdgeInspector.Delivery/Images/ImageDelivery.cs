using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images.Around;
using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images;

/// <summary>
/// Takes the pictures of parts from the stations, encodes them on a thread of its own, keeps them in the spool on disk and publishes them
/// from the spool.
/// </summary>
/// <remarks>
/// Memory holds at most <see cref="ImageOptions.Queue"/> frames, the picture that is being encoded and the one that is being published; the
/// backlog is on disk.
/// </remarks>
internal sealed class ImageDelivery
{
    // A disk that hangs must not hold up the end of the agent.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private static readonly Task<byte[]?> NoPicture = Task.FromResult<byte[]?>(null);

    private readonly ImageOptions _options;
    private readonly IReadOnlyDictionary<string, EvidenceStation> _stations;
    private readonly TimeProvider _time;
    private readonly string _line;
    private readonly FrameQueue _frames;
    private readonly ImageEncoder _encoder;
    private readonly LostImages _lost;
    private readonly ImageSpool _spool;
    private readonly SpoolPublisher _publisher;
    private readonly AroundKeeper? _around;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopped;

    /// <summary>Prepares the delivery; <see cref="Start"/> and <see cref="Run"/> begin.</summary>
    /// <param name="scope">What all types that deliver evidence share.</param>
    /// <param name="connection">The connection for pictures.</param>
    /// <param name="options">The pictures; validated.</param>
    /// <param name="dataFolder">The agent's data folder; the pictures lie in its folder <c>spool</c>.</param>
    /// <param name="ties">What ties pictures to their events.</param>
    /// <param name="freeBytes">
    /// How many bytes are free on the disk of a folder, null when nobody knows; by default the system is asked.
    /// </param>
    public ImageDelivery(
        DeliveryScope scope,
        BrokerConnection connection,
        ImageOptions options,
        string dataFolder,
        ImageTies ties,
        Func<string, long?>? freeBytes = null)
    {
        (_options, _stations, _time, _line) = (options, scope.Stations, scope.Time, scope.Agent.Line);
        _frames = new FrameQueue(options.Queue);
        _encoder = new ImageEncoder(options);
        _lost = new LostImages(_stations, ties.Lost, scope.Log, _time);
        string folder = Path.GetFullPath(Path.Combine(dataFolder, "spool"));
        _spool = new ImageSpool(scope, folder, options, _lost, freeBytes ?? FreeBytes.On);
        _publisher = new SpoolPublisher(scope, connection, _spool, _encoder, options, ties);
        _spool.Added = _publisher.Wake;
        if (_stations.Values.Any(station => station.Ring is not null))
            _around = new AroundKeeper(_spool, _time, scope.Log);
        _thread = new Thread(Encode) { Name = "images", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    private string Full => $"{_options.Queue} frames (Images:Queue), or {FrameQueue.MostBytes >> 20} MiB of them,";

    /// <summary>How much lies in the spool.</summary>
    public SpoolContent Content => _spool.Content;

    /// <summary>The pictures in the spool.</summary>
    public SpooledPictures Spooled => new(_options.Mode == ImageMode.Spool ? _spool.Loaded : Task.CompletedTask, PictureOf);

    /// <summary>The kept pictures, for people who look at them.</summary>
    public KeptPictures Kept => _spool.Kept;

    /// <summary>Begins to encode.</summary>
    public void Start()
    {
        _thread.Start();
        _around?.Start();
    }

    /// <summary>
    /// Takes a part's picture for the spool if the settings want it. Adds a reference to the frame; does not wait. Called on the station's
    /// thread.
    /// </summary>
    /// <returns>True when a picture is promised: it will be published after the part's event, or its loss will be told.</returns>
    public bool TryAdd(InspectedPart part) => _options.Mode == ImageMode.Spool && TryQueue(part, null);

    /// <summary>
    /// Takes a part's picture for its event if the settings want it there (<see cref="ImageMode.Inline"/>). Does not wait. Called on the
    /// station's thread.
    /// </summary>
    /// <returns>
    /// The small annotated JPEG, when it is made; the event waits for it some tens of milliseconds. Null when there is none, at once or
    /// because it was given up (then the loss was counted).
    /// </returns>
    public Task<byte[]?> Encode(InspectedPart part)
    {
        if (_options.Mode != ImageMode.Inline)
            return NoPicture;
        var made = new TaskCompletionSource<byte[]?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return TryQueue(part, made) ? made.Task : NoPicture;
    }

    /// <summary>Says that an event was delivered or given up: the event's picture need not wait any more.</summary>
    public void EventSettled() => _publisher.Wake();

    /// <summary>
    /// Takes no more pictures; <see cref="Run"/> ends when all taken pictures are on disk, and published if the broker takes them.
    /// </summary>
    public void Complete() => _frames.Complete();

    /// <summary>
    /// Deletes pictures until so many bytes are free, the oldest delivered first, then passed parts, then the oldest. For the journal when
    /// the disk is full; may wait for the disk. Losses are told a few seconds later.
    /// </summary>
    /// <returns>Bytes freed.</returns>
    public long FreeSpace(long bytes) => _spool.FreeSpace(bytes);

    /// <summary>
    /// Keeps house and publishes until completed or stopped. Pictures that are not published by then stay on disk for the next start.
    /// </summary>
    public async Task Run(CancellationToken stop)
    {
        if (_options.Mode != ImageMode.Spool)
        {
            using CancellationTokenRegistration ending = stop.Register(() =>
            {
                _stopped = true;
                Complete();
            });
            await _stored.Task.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task keeping = Task.Run(() => _spool.Keep(ended.Token), CancellationToken.None);
        using CancellationTokenRegistration stopping = stop.Register(() =>
        {
            _stopped = true;
            Complete();
        });
        await Task.WhenAll(_publisher.Run(stop), WaitStored(stop)).ConfigureAwait(false);
        if (_around is not null)
            await _around.Ended.WaitAsync(LastPatience, _time, CancellationToken.None).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
        await ended.CancelAsync().ConfigureAwait(false);
        await keeping.ConfigureAwait(false);
        _lost.Report();
    }

    private byte[]? PictureOf(Guid id)
    {
        try
        {
            return Kept.Open(id, KeptPicture.Marked) is { } file ? _encoder.Fit(file, _options.MaxBytes) : null;
        }
        catch (DeliveryException)
        {
            // What lies there is no picture any more; the spool tells it when it publishes the file.
            return null;
        }
    }

    private bool TryQueue(InspectedPart part, TaskCompletionSource<byte[]?>? inline)
    {
        if (part.Frame is not { } frame || !ImageSampling.Wants(_options, part.Verdict, part.Id))
            return false;
        var waiting = new WaitingFrame(part, frame.AddReference(), inline, Around(part, frame.CapturedAt, inline));
        bool taken = _frames.TryAdd(waiting, out WaitingFrame? gaveWay);
        if (gaveWay is not null)
        {
            gaveWay.Release();
            Lose(gaveWay, $"{Full} already wait to be encoded; the picture of a passed part gave way.");
        }
        if (!taken)
        {
            waiting.Release();
            _lost.Count(part.Station, $"{Full} already wait to be encoded, or the agent stops; the newest picture was given up.");
        }
        return taken;
    }

    // Nobody asks for the frames around a part that passed.
    private FramesAround? Around(InspectedPart part, long capturedAt, object? inline) =>
        inline is null && part.Verdict.Kind != VerdictKind.Pass ? _stations[part.Station].Ring?.Around(capturedAt) : null;

    // Only pictures for the spool were promised; an event that should carry its picture then simply has none.
    private void Lose(WaitingFrame waiting, string reason)
    {
        if (waiting.Inline is null)
            _lost.Add(waiting.Part.Station, waiting.Part.Id, reason);
        else if (waiting.Inline.TrySetResult(null))
            _lost.Count(waiting.Part.Station, reason);
    }

    private async Task WaitStored(CancellationToken stop)
    {
        await _stored.Task.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAny(_stored.Task, Task.Delay(LastPatience, _time, CancellationToken.None)).ConfigureAwait(false);
        _publisher.Complete();
    }

    // On the thread "images".
    private void Encode()
    {
        while (_frames.Take() is { } waiting)
        {
            InspectedPart part = waiting.Part;
            try
            {
                if (_stopped)
                    Lose(waiting, "The agent stopped before the picture could be written.");
                else if (waiting.Inline is not null)
                    waiting.Inline.TrySetResult(_encoder.Fit(
                        _encoder.Annotated(waiting.Frame, part.Verdict, part.Predictions, part.Heat), _options.InlineMaxBytes));
                else
                    Store(waiting);
            }
#pragma warning disable CA1031 // The boundary of the thread: one picture that can't be made must not end all others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Lose(waiting, $"A picture could not be made: {e.Message}");
            }
            finally
            {
                waiting.Release();
            }
        }
        _around?.Complete();
        _stored.TrySetResult();
    }

    private void Store(WaitingFrame waiting)
    {
        InspectedPart part = waiting.Part;
        byte[]? original = _options.KeepOriginal ? _encoder.Original(waiting.Frame) : null;
        byte[] annotated = _encoder.Annotated(waiting.Frame, part.Verdict, part.Predictions, part.Heat);
        string topic = _stations[part.Station].Topics.Image;
        byte[] json = EventWriter.Finish(EventWriter.Write(part, _line, topic), replayed: false);
        _spool.Store(part, topic, original, annotated, Sidecar.EventOf(json));
        if (waiting.TakeAround() is { } around)
            _around!.Add(part, around);
    }
}
