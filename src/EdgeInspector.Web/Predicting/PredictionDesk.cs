using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Threads;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.Web.Calling;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Web.Predicting;

/// <summary>
/// Runs the model of a station on callers' pictures: one after the other, on a thread that gives way to all others, with a copy of the
/// model of its own. So the line's parts come first. More than <see cref="MostWaiting"/> pictures are not taken.
/// </summary>
/// <remarks>
/// Two threads. <c>answers</c> takes calls in turn, sees that the model is the station's, and answers. <c>calls</c> decodes, predicts and
/// keeps, and does nothing else: a thread of the pool that a quiet thread makes by answering would be quiet for ever
/// (<see cref="QuietThread"/>).
/// </remarks>
internal sealed class PredictionDesk : IAsyncDisposable
{
    /// <summary>Pictures that wait for their turn.</summary>
    public const int MostWaiting = 8;

    // What the agent's stop can spare: a prediction that is under way is left to the end of the process.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly ImageLimits Limits = new() { MaxPixels = 50_000_000, MaxMemory = 500_000_000 };

    private readonly SideModel _model;
    private readonly FaultLog _faults;
    private readonly Thread _answers;
    private readonly Thread _predicts;
    private readonly FramePool _frames = new(2);
    private readonly CancellationTokenSource _stop = new();

    // Under the gate
    private readonly object _gate = new();
    private readonly Queue<Call> _waiting = new();
    private Call? _inWork;
    private PictureAnswer? _predicted;
    private OnnxGeneration? _generation;
    private bool _isStarted, _isStopping;

    /// <param name="station">The station.</param>
    /// <param name="books">The packages.</param>
    /// <param name="loading">Held while a model is loaded.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public PredictionDesk(HttpStation station, PackageBooks books, SemaphoreSlim loading, TimeProvider time, ILogger log)
    {
        _model = new SideModel(station, books, loading, log);
        _faults = new FaultLog(log, $"A caller's picture at station {station.Name}", time);
        _answers = new Thread(AnswerCalls) { Name = $"answers {station.Name}", IsBackground = true };
        _predicts = new Thread(PredictCalls) { Name = $"calls {station.Name}", IsBackground = true };
    }

    /// <summary>What the station's model says of a picture.</summary>
    /// <param name="picture">A picture file.</param>
    /// <param name="keep">Keeps the picture, once it is answered; null: nobody does.</param>
    /// <param name="stop">The caller is gone.</param>
    public async Task<PictureAnswer> PredictAsync(byte[] picture, KeepPicture? keep, CancellationToken stop)
    {
        var call = new Call(picture, keep, stop);
        lock (_gate)
        {
            if (_isStopping)
                return Stopping;
            if (_waiting.Count >= MostWaiting)
                return PictureAnswer.Refused(CallFault.Busy(
                    $"{MostWaiting} pictures wait already. The line's parts come first; try again in a second."));
            // The copy of the model takes memory: only where somebody calls.
            if (!_isStarted)
            {
                _isStarted = true;
                _answers.Start();
                _predicts.Start();
            }
            _waiting.Enqueue(call);
            Monitor.PulseAll(_gate);
        }
        return await call.Answer.Task.WaitAsync(stop).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        bool isStarted;
        lock (_gate)
        {
            _isStopping = true;
            isStarted = _isStarted;
            Monitor.PulseAll(_gate);
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        // What a prediction reads must not be freed under it; the process ends soon.
        if (isStarted && !await Task.Run(() => _answers.Join(Patience) && _predicts.Join(Patience)).ConfigureAwait(false))
            return;
        _model.Dispose();
        _frames.Dispose();
        _stop.Dispose();
    }

    private static PictureAnswer Stopping => PictureAnswer.Refused(CallFault.Unavailable("The agent stops."));

    private void AnswerCalls()
    {
        while (Next() is { } call)
        {
            PictureAnswer answer = Answer(call);
            call.Answer.TrySetResult(answer);
        }
        lock (_gate)
        {
            while (_waiting.TryDequeue(out Call? left))
                left.Answer.TrySetResult(Stopping);
        }
    }

    private Call? Next()
    {
        lock (_gate)
        {
            while (!_isStopping)
            {
                // Nobody waits for the answer of a caller who is gone.
                if (_waiting.TryDequeue(out Call? call) && !call.IsGone)
                    return call;
                if (_waiting.Count == 0)
                    Monitor.Wait(_gate);
            }
            return null;
        }
    }

    private PictureAnswer Answer(Call call)
    {
        try
        {
            if (_model.Current(out CallFault? fault, _stop.Token) is not { } generation)
                return PictureAnswer.Refused(fault!);
            lock (_gate)
            {
                (_inWork, _generation, _predicted) = (call, generation, null);
                Monitor.PulseAll(_gate);
                while (_predicted is null && !_isStopping)
                    Monitor.Wait(_gate);
                return _predicted ?? Stopping;
            }
        }
        catch (OperationCanceledException)
        {
            return Stopping;
        }
#pragma warning disable CA1031 // Whatever the model has met, the next caller is answered.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return Failed(fault);
        }
    }

    private void PredictCalls()
    {
        QuietThread.Begin();
        while (true)
        {
            Call call;
            OnnxGeneration generation;
            lock (_gate)
            {
                while (_inWork is null && !_isStopping)
                    Monitor.Wait(_gate);
                if (_isStopping)
                    return;
                (call, generation, _inWork) = (_inWork!, _generation!, null);
            }
            PictureAnswer answer = Predict(generation, call.Picture, out Frame? frame);
            lock (_gate)
            {
                _predicted = answer;
                Monitor.PulseAll(_gate);
            }
            // The caller has the answer; the next one waits until the disk has the picture.
            Keep(call, answer, frame);
        }
    }

    private void Keep(Call call, PictureAnswer answer, Frame? frame)
    {
        try
        {
            if (frame is not null && answer.Fault is null)
                call.Keep?.Invoke(answer, call.Picture, frame);
        }
#pragma warning disable CA1031 // Whatever keeping has met, the next caller is answered.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report(fault.Message);
        }
        finally
        {
            frame?.Release();
        }
    }

    // The frame is the caller's to release.
    private PictureAnswer Predict(OnnxGeneration generation, byte[] picture, out Frame? frame)
    {
        frame = null;
        try
        {
            ImageReading reading = ImageFile.Read(picture, _frames, Limits);
            frame = reading.Frame;
            if (frame is null)
                return PictureAnswer.Refused(CallFault.Format(reading.Problem!));
            var predictions = new List<Prediction>();
            generation.Predict(frame, predictions);
            return new PictureAnswer(generation.Model, [.. predictions.OrderByDescending(one => one.Probability)], null);
        }
        catch (PredictionException fault)
        {
            return PictureAnswer.Refused(new CallFault(500, "ErrorPrediction", fault.Message));
        }
#pragma warning disable CA1031 // Whatever a caller's picture does, the next caller is answered.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return Failed(fault);
        }
    }

    private PictureAnswer Failed(Exception fault)
    {
        _faults.Report(fault.Message);
        return PictureAnswer.Refused(new CallFault(500, "ErrorPrediction", "The model could not be run."));
    }

    /// <summary>A caller who waits.</summary>
    private sealed class Call(byte[] picture, KeepPicture? keep, CancellationToken stop)
    {
        public byte[] Picture => picture;

        public KeepPicture? Keep => keep;

        public bool IsGone => stop.IsCancellationRequested;

        public TaskCompletionSource<PictureAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
