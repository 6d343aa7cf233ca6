using System.Diagnostics;

namespace EdgeInspector.Capture;

/// <summary>What a look at a camera found.</summary>
/// <param name="IsGood">True when the camera gives pictures, or is a watched folder that can be read.</param>
/// <param name="Message">Size and rate, or what is wrong and how to mend it; one or two sentences.</param>
/// <param name="Every">The mean time between two pictures; null where the time was not measured, or says nothing (files).</param>
public readonly record struct CameraCheckResult(bool IsGood, string Message, TimeSpan? Every = null);

/// <summary>Opens a camera for a moment and says what the camera gives, for <c>doctor</c>.</summary>
public static class CameraCheck
{
    private const int EnoughPictures = 10;

    private static readonly TimeSpan RateTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SilentTime = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Opens the camera, waits for its first picture, and measures its rate over a few more pictures. Blocks for little longer than
    /// <paramref name="timeout"/>; a driver that does not return is left behind on a background thread.
    /// </summary>
    /// <param name="source">The camera; serves no station.</param>
    /// <param name="timeout">How long to wait for the first picture.</param>
    /// <param name="stop">Ends the check.</param>
    /// <exception cref="OperationCanceledException">The check was stopped.</exception>
    public static CameraCheckResult Run(ICameraSource source, TimeSpan timeout, CancellationToken stop)
    {
        // An empty folder is no fault, so there is nothing to wait for beyond the first pictures.
        if (source.MayBeSilent && timeout > SilentTime)
            timeout = SilentTime;
        var pictures = new FirstPictures();
        var thread = new Thread(() => pictures.At(source)) { Name = "camera check", IsBackground = true };
        thread.Start();
        try
        {
            if (pictures.WaitForFirst(timeout, stop))
                pictures.WaitForEnough(RateTime, stop);
            return pictures.Result(source, timeout);
        }
        finally
        {
            pictures.Stop.Cancel();
            thread.Join(TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>One run of the source on the check's thread, watched by the caller's.</summary>
    private sealed class FirstPictures
    {
        private readonly Lock _gate = new();
        private readonly TaskCompletionSource _first = new();
        private readonly TaskCompletionSource _enough = new();
        private int _pictures;
        private (int Width, int Height) _size;
        private long _firstAt, _lastAt;
        private string? _fault;
        private bool _ended;

        public CancellationTokenSource Stop { get; } = new();

        public void At(ICameraSource source)
        {
            string? fault = null;
            try
            {
                source.Run((image, _, _, _) => Take((image.Width, image.Height)), Stop.Token);
            }
            catch (CameraException problem)
            {
                fault = problem.Message;
            }
            catch (Exception problem)
            {
                // As in CameraFeed: whatever a driver throws is the camera's fault, not the check's.
                fault = $"{problem.GetType().Name}: {problem.Message}";
            }
            lock (_gate)
            {
                _fault = fault;
                _ended = true;
            }
            _first.TrySetResult();
            _enough.TrySetResult();
        }

        public bool WaitForFirst(TimeSpan timeout, CancellationToken stop) => _first.Task.Wait(timeout, stop);

        public void WaitForEnough(TimeSpan timeout, CancellationToken stop) => _enough.Task.Wait(timeout, stop);

        public CameraCheckResult Result(ICameraSource source, TimeSpan timeout)
        {
            lock (_gate)
            {
                if (_pictures == 0)
                {
                    if (_fault is not null)
                        return new CameraCheckResult(false, _fault);
                    if (source.MayBeSilent)
                        return new CameraCheckResult(true, "The folder can be read; pictures come as files appear.");
                    return new CameraCheckResult(false, _ended
                        ? "The source ended without a picture."
                        : $"The camera was opened but gave no picture within {timeout.TotalSeconds:0.#} s. "
                            + "Check that it is on and not used by another program.");
                }
                string size = $"{_size.Width}x{_size.Height}";
                double seconds = Stopwatch.GetElapsedTime(_firstAt, _lastAt).TotalSeconds;
                if (source.MayWait || source.MayBeSilent || _pictures < 2 || seconds <= 0)
                    return new CameraCheckResult(true, $"Pictures of {size}.");
                double every = seconds / (_pictures - 1);
                return new CameraCheckResult(
                    true,
                    string.Create(
                        System.Globalization.CultureInfo.InvariantCulture, $"Pictures of {size}, about {1 / every:0.#} a second."),
                    TimeSpan.FromSeconds(every));
            }
        }

        private void Take((int Width, int Height) size)
        {
            long now = Stopwatch.GetTimestamp();
            lock (_gate)
            {
                if (Stop.IsCancellationRequested)
                    return;
                _size = size;
                if (++_pictures == 1)
                    _firstAt = now;
                _lastAt = now;
            }
            _first.TrySetResult();
            if (_pictures >= EnoughPictures)
                _enough.TrySetResult();
        }
    }
}
