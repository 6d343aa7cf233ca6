using EdgeInspector.Capture.Cameras.Network;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Inspection.Pictures;
using OpenCvSharp;

namespace EdgeInspector.Capture.Cameras;

/// <summary>
/// A camera on the network: a stream, read by the program <c>ffmpeg</c>, or one picture for each HTTP request.
/// An HTTP camera's first answer tells which.
/// </summary>
public sealed class UrlCamera : ICameraSource
{
    /// <summary>A picture for which the agent waited this long came from the camera and not out of a buffer.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestLeftAlone = TimeSpan.FromSeconds(2);

    private readonly UrlOptions _options;
    private readonly TimeProvider _time;
    private readonly CameraPlace? _place;
    private readonly ImageLimits _limits;
    private readonly FfmpegProgram _program;

    /// <summary>
    /// How long a camera that gives one picture for each part is left alone before the agent asks whether the camera is there.
    /// </summary>
    private readonly TimeSpan _leftAlone;

    /// <param name="options">Address, transport, timeouts, user and password.</param>
    /// <param name="time">The clock of the timeouts; also tells fresh pictures from pictures that waited in a buffer.</param>
    /// <param name="place">The station; null for a check, which asks a camera as fast as it answers.</param>
    /// <param name="stallTimeout">After so long without a picture the camera counts as stalled; null: never.</param>
    /// <param name="formats">The formats of pictures that are read where the camera gives files; null: the usual formats.</param>
    public UrlCamera(
        UrlOptions options,
        TimeProvider time,
        CameraPlace? place = null,
        TimeSpan? stallTimeout = null,
        IReadOnlyList<PictureFormat>? formats = null)
        : this(options, time, place, ImageLimits.Of(formats), FfmpegProgram.Installed, stallTimeout)
    {
    }

    internal UrlCamera(
        UrlOptions options, TimeProvider time, CameraPlace? place, ImageLimits limits, FfmpegProgram program, TimeSpan? stallTimeout = null)
    {
        // Leaves time for the answer.
        _leftAlone = stallTimeout / 3 is { } third && third < LongestLeftAlone ? third : LongestLeftAlone;
        _options = options;
        _time = time;
        _place = place;
        _limits = limits;
        _program = program;
    }

    /// <inheritdoc/>
    public bool MayWait => false;

    /// <inheritdoc/>
    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        try
        {
            if (!_options.IsAskedOverHttp || !AskForPictures(onFrame, stop))
                ReadStream(onFrame, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while it waited for an answer.
        }
    }

    /// <summary>Asks for one picture after the other; false when the address gives a stream.</summary>
    private bool AskForPictures(FrameHandler onFrame, CancellationToken stop)
    {
        using var camera = new HttpPictures(_options, _limits);
        if (_options.Pictures == HttpPictureSource.Auto && camera.AnswerKind(stop) == HttpAnswerKind.Stream)
            return false;
        while (!stop.IsCancellationRequested)
        {
            long askedAt = _time.GetTimestamp();
            byte[] file = camera.Take(stop);
            using ImageDecoding decoding = ImageFile.Decode(file, _limits);
            if (decoding.Image is not { } image)
                throw new CameraException($"What {_options.ShownAddress} gave is no picture that can be read: "
                    + $"{decoding.Problem} Look at the address in a browser.");
            if (stop.IsCancellationRequested)
                break;
            onFrame(image, null, null, askedAt);
            WaitForNext(askedAt, stop);
        }
        return true;
    }

    private void WaitForNext(long askedAt, CancellationToken stop)
    {
        if (_place is null)
            return;
        if (_place.WaitUntilWanted is { } waitUntilWanted)
            waitUntilWanted(_leftAlone, stop);
        else
            Pause.For(_options.Pace - _time.GetElapsedTime(askedAt), _time, stop);
    }

    private void ReadStream(FrameHandler onFrame, CancellationToken stop)
    {
        using var stream = new FfmpegStream(_options, _program);
        using CancellationTokenRegistration stopping = stop.Register(stream.Kill);
        bool timedOut = false;
        using ITimer timeout = _time.CreateTimer(_ =>
        {
            timedOut = true;
            stream.Kill();
        }, null, _options.OpenTimeout, Timeout.InfiniteTimeSpan);

        long opened = 0, before = _time.GetTimestamp();
        bool fresh = false;
        while (true)
        {
            using Mat? image = stream.Read();
            if (stop.IsCancellationRequested)
                return;
            if (image is null)
                throw opened == 0 ? NotOpened(stream, timedOut) : Broken(timedOut);
            timeout.Change(_options.ReadTimeout, Timeout.InfiniteTimeSpan);
            long now = _time.GetTimestamp();
            if (opened == 0)
                opened = now;
            else
                fresh |= _time.GetElapsedTime(before, now) >= Fresh || _time.GetElapsedTime(opened, now) >= LongestCatchUp;
            // While the stream was being recognised, pictures gathered in a buffer. Those pictures come without waiting and are older than
            // they look, so they are dropped.
            if (fresh)
                onFrame(image, null);
            before = _time.GetTimestamp();
        }
    }

    private CameraException NotOpened(FfmpegStream stream, bool timedOut)
    {
        stream.HearOut();
        // Another version of ffmpeg may have been installed.
        if (stream.Words.RefusedOption is not null)
            _program.Forget();
        return new CameraException(StreamProbe.Explain(_options, stream.Words, timedOut));
    }

    private CameraException Broken(bool timedOut) => new(timedOut
        ? $"The stream {_options.ShownAddress} gave no picture for {_options.ReadTimeout.TotalSeconds:0.#} s."
        : $"The stream {_options.ShownAddress} broke off: the camera ended it. "
            + "It may have started anew, or another viewer took its place.");
}
