using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Threads;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>Writes a frame as a picture file.</summary>
public delegate void SavePicture(Frame frame, string path);

/// <summary>How far a shadow run is.</summary>
/// <param name="Package">The candidate.</param>
/// <param name="Since">Since when, by the wall clock.</param>
/// <param name="Judged">How many parts the candidate has judged.</param>
/// <param name="Of">After how many parts the run ends.</param>
/// <param name="Different">To how many parts the candidate gave another verdict.</param>
/// <param name="Failed">On how many parts the candidate could not be run.</param>
/// <param name="LeftOut">How many parts came while the candidate was at work.</param>
public sealed record ShadowProgress(
    StoredPackage Package, DateTimeOffset Since, int Judged, int Of, int Different, int Failed, int LeftOut);

/// <summary>
/// Runs a candidate on live parts, on a thread of low priority and within the candidate's share of a processor. The candidate's verdicts
/// are recorded and never signalled. A part that comes while the candidate is at work is left out.
/// </summary>
internal sealed class ShadowRun : IDisposable
{
    private const int MostDisagreements = 1000;

    private readonly LoadedModel _candidate;
    private readonly ShadowPlan _plan;
    private readonly StoreDisk _disk;
    private readonly SavePicture _save;
    private readonly TimeProvider _time;
    private readonly FaultLog _faults;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private readonly TaskCompletionSource<ShadowReport> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Under the gate
    private Offered? _offered;
    private bool _isBusy, _isFreed;
    private int _leftOut;
    private string? _end;

    // Fields of the thread
    private readonly List<Prediction> _predictions = [];
    private readonly List<ShadowDisagreement> _disagreements = [];
    private int _judged, _failed, _different, _pictures;
    private TimeSpan _busy;
    private ShadowReport? _report;

    /// <param name="plan">Which candidate runs, where and for how long.</param>
    /// <param name="candidate">The candidate, loaded; owned from now on.</param>
    /// <param name="save">Writes the pictures of disagreements.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public ShadowRun(ShadowPlan plan, LoadedModel candidate, SavePicture save, TimeProvider time, ILogger log)
    {
        (_plan, _candidate, _save, _time) = (plan, candidate, save, time);
        _disk = new StoreDisk();
        _faults = new FaultLog(log, $"The shadow run of {plan.Package.Name} at station {plan.Station}", time);
        _thread = new Thread(Run) { Name = $"shadow {plan.Station}", IsBackground = true };
    }

    public StoredPackage Package => _plan.Package;

    /// <summary>When the run began, by the wall clock.</summary>
    public DateTimeOffset Began { get; private set; }

    /// <summary>How far the run is; may be called from any thread.</summary>
    public ShadowProgress Progress => new(
        _plan.Package, Began, Volatile.Read(ref _judged), _plan.Options.Parts,
        Volatile.Read(ref _different), Volatile.Read(ref _failed), Volatile.Read(ref _leftOut));

    /// <summary>The report, when the run is over.</summary>
    public Task<ShadowReport> Ended => _ended.Task;

    public void Start()
    {
        Began = _time.GetUtcNow();
        _thread.Start();
        // Not told by the quiet thread itself: a thread of the pool that is made for those who listen would be quiet for ever.
        new Thread(Tell) { Name = $"shadow end {_plan.Station}", IsBackground = true }.Start();
    }

    /// <summary>Offers a part after its signal. Takes a reference of its picture if the candidate is free; never waits.</summary>
    public void Offer(InspectedPart part)
    {
        // A part that the active model did not judge can't be compared.
        if (part.Frame is not { } frame || part.Model?.Package != _plan.Active)
            return;
        lock (_gate)
        {
            if (_isBusy || _offered is not null || _end is not null)
            {
                _leftOut++;
                return;
            }
            _offered = new Offered(part.Id, part.Part, part.TriggeredAt, part.Verdict, frame.AddReference());
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the run with a reason; the report follows.</summary>
    public void End(string why)
    {
        lock (_gate)
        {
            _end ??= why;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the run, if that has not happened, and frees the candidate. May be called twice, also at once.</summary>
    public void Dispose()
    {
        End("the agent stops");
        if (_thread.IsAlive && !_thread.Join(TimeSpan.FromSeconds(2)))
            return;
        lock (_gate)
        {
            _offered?.Frame.Release();
            _offered = null;
            if (_isFreed)
                return;
            _isFreed = true;
        }
        _candidate.Generation.Dispose();
    }

    private void Run()
    {
        QuietThread.Begin();
        long start = _time.GetTimestamp();
        string why;
        while (Next(start, out why) is { } offered)
        {
            long at = _time.GetTimestamp();
            try
            {
                Judge(offered);
            }
#pragma warning disable CA1031 // Whatever a candidate does, the line goes on; the fault counts against the candidate.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _failed++;
                _faults.Report(fault.Message);
            }
            finally
            {
                offered.Frame.Release();
            }
            TimeSpan took = _time.GetElapsedTime(at);
            _busy += took;
            Rest(took * (1 / _plan.Options.CpuShare - 1));
        }
        _report = Report(why);
    }

    private void Tell()
    {
        _thread.Join();
        _ended.TrySetResult(_report!);
    }

    private Offered? Next(long start, out string why)
    {
        lock (_gate)
        {
            _isBusy = false;
            while (true)
            {
                TimeSpan left = _plan.Options.Duration - _time.GetElapsedTime(start);
                why = _end
                    ?? (_judged + _failed >= _plan.Options.Parts ? $"{_plan.Options.Parts} parts were judged"
                        : left <= TimeSpan.Zero ? $"{_plan.Options.Duration} were over" : "");
                if (why.Length > 0)
                {
                    _end = why;
                    return null;
                }
                if (_offered is { } offered)
                {
                    (_offered, _isBusy) = (null, true);
                    return offered;
                }
                Monitor.Wait(_gate, left < TimeSpan.FromSeconds(1) ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>Rests after each prediction, for as long as the candidate's share of the processor asks for.</summary>
    private void Rest(TimeSpan pause)
    {
        long until = _time.GetTimestamp();
        lock (_gate)
        {
            while (_end is null && pause - _time.GetElapsedTime(until) is { Ticks: > 0 } left)
                Monitor.Wait(_gate, left + TimeSpan.FromMilliseconds(1));
        }
    }

    private void Judge(Offered offered)
    {
        _candidate.Generation.Predict(offered.Frame, _predictions);
        Verdict saw = _candidate.Rules.JudgePart(_predictions);
        _judged++;
        if (saw.Kind == offered.Verdict.Kind)
            return;
        _different++;
        if (_disagreements.Count >= MostDisagreements)
            return;
        string? picture = _pictures < _plan.Options.MostPictures ? Keep(offered, saw) : null;
        _disagreements.Add(new ShadowDisagreement(
            offered.Part, offered.Id, offered.At, offered.Verdict.Kind.Word(), offered.Verdict.Rule ?? offered.Verdict.Tag,
            saw.Kind.Word(), saw.Rule ?? saw.Tag, picture));
    }

    private string? Keep(Offered offered, in Verdict saw)
    {
        string name = $"{++_pictures:D4}_{StoreFolders.Safe(offered.Part, 40)}_{offered.Verdict.Kind.Word()}-{saw.Kind.Word()}.jpg";
        try
        {
            _disk.CreateFolder(_plan.Folder);
            _save(offered.Frame, Path.Combine(_plan.Folder, name));
            return name;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report($"a picture could not be kept: {fault.Message}");
            return null;
        }
    }

    private ShadowReport Report(string why)
    {
        int leftOut;
        lock (_gate)
            leftOut = _leftOut;
        int runs = Math.Max(1, _judged + _failed);
        var report = new ShadowReport(
            _plan.Station, _plan.Package.Hash, _plan.Package.Name, _plan.Active, Began, _time.GetUtcNow(), _judged, leftOut, _failed,
            _different, Math.Round(_busy.TotalMilliseconds / runs, 1), why, _disagreements);
        try
        {
            _disk.CreateFolder(_plan.Folder);
            _disk.Write(Path.Combine(_plan.Folder, "report.json"), StoreJson.Write(report));
            DatedFolder.Trim(Path.GetDirectoryName(_plan.Folder)!, Path.GetFileName(_plan.Folder));
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report($"the report could not be kept: {fault.Message}");
        }
        return report;
    }

    private sealed record Offered(Guid Id, string Part, DateTimeOffset At, Verdict Verdict, Frame Frame);
}
