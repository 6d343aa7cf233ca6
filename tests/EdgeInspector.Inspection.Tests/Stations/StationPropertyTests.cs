using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Stations;

/// <summary>A whole station with its threads, a clock turned by hand, and whatever may befall it.</summary>
public sealed class StationPropertyTests
{
    public enum Happening
    {
        Trigger,
        Frame,
        ModelReturns,
        ModelThrows,
        TimePasses,
        MuchTimePasses,
        HoursPass,
        GateThrows,
        GateIsWell,
        RecordsThrow,
        RecordsAreWell,
    }

    private sealed class Life : IDisposable
    {
        private readonly FramePool _pool = new();
        private readonly FakeTimeProvider _time = new();
        private readonly InMemoryLine _line = new();
        private readonly StationCounters _counters = new();
        private readonly SemaphoreSlim _results = new(0);
        private readonly Station _station;
        private int _failures;
        private volatile bool _over;
        private int _recordsLost;
        private long _frames;

        public Life(TriggerKind kind, int queue)
        {
            var options = new StationOptions
            {
                Trigger = new TriggerOptions { Kind = kind, QueueLength = queue },
                Picture = PictureOptions.Off,
            };
            var generation = new CallbackGeneration(Predict);
            _station = new Station(
                new StationScope("any", new StationHealth(), _counters, _time, NullLogger.Instance),
                options,
                RuleSet.Create(options, generation.Model, out _)!,
                generation,
                new StationOutputs(_line, _line));
            _station.Start();
        }

        public void Do(Happening happening)
        {
            switch (happening)
            {
                case Happening.Trigger:
                    _station.Fire("part", _time.GetTimestamp());
                    break;
                case Happening.Frame:
                    Frame frame = _pool.Rent(4, 4);
                    frame.Stamp(_time.GetTimestamp(), _time.GetUtcNow(), ++_frames);
                    _station.Accept(frame, mayWait: false, TestContext.Current.CancellationToken);
                    break;
                case Happening.ModelThrows:
                    Interlocked.Increment(ref _failures);
                    _results.Release();
                    break;
                case Happening.ModelReturns:
                    _results.Release();
                    break;
                case Happening.TimePasses or Happening.MuchTimePasses or Happening.HoursPass:
                    _time.Advance(TimeSpan.FromMilliseconds(
                        happening switch { Happening.TimePasses => 20, Happening.MuchTimePasses => 160, _ => 7_200_000 }));
                    _station.AnswerDue();
                    _station.LookForHang();
                    break;
                case Happening.GateThrows:
                    _line.BeforeSignal = () => throw new InvalidOperationException("gate");
                    break;
                case Happening.GateIsWell:
                    _line.BeforeSignal = null;
                    break;
                case Happening.RecordsThrow:
                    _line.BeforeRecord = () =>
                    {
                        Interlocked.Increment(ref _recordsLost);
                        throw new InvalidOperationException("records");
                    };
                    break;
                case Happening.RecordsAreWell:
                    _line.BeforeRecord = null;
                    break;
            }
        }

        /// <summary>What is wrong in the end, or null.</summary>
        public string? End()
        {
            _over = true;
            _results.Release(1000);
            Assert.True(_station.Stop(TimeSpan.FromMilliseconds(20)));
            _station.Dispose();
            long verdicts = _counters.Pass + _counters.Reject + _counters.Review + _counters.None;
            long signals = _counters.SignalsSent + _counters.SignalsNotConnected + _counters.SignalsExpired;
            IReadOnlyList<InspectedPart> records = _line.TakeAll();
            if (_counters.Triggers != verdicts || signals != verdicts)
                return $"{_counters.Triggers} triggers, {verdicts} verdicts, {signals} signals";
            if (_line.Signals.Select(signal => signal.Sequence).Distinct().Count() != _line.Signals.Count
                || _line.Signals.Count != _counters.SignalsSent)
                return "a part was signalled twice";
            if (records.Count + _recordsLost != verdicts || records.Select(record => record.Id).Distinct().Count() != records.Count)
                return $"{records.Count} records and {_recordsLost} lost for {verdicts} verdicts";
            if (_line.Opened.Count != _counters.Triggers)
                return $"{_line.Opened.Count} noted as open";
            if (records.Any(record => record.Late is not null && record.Verdict.Kind != VerdictKind.None))
                return "a part has a verdict in time and one too late";
            return _pool.InUse == 0 ? null : $"{_pool.InUse} frames were not returned";
        }

        public void Dispose()
        {
            _pool.Dispose();
            _results.Dispose();
        }

        private Prediction Predict(Frame frame)
        {
            _results.Wait();
            if (!_over && Interlocked.Exchange(ref _failures, 0) > 0)
                throw new PredictionException("broken");
            return new Prediction("ok", 0.9f);
        }
    }

    [Theory]
    [InlineData(TriggerKind.Mqtt)]
    [InlineData(TriggerKind.EveryFrame)]
    public void Whatever_befalls_a_station_every_trigger_gets_one_verdict_one_signal_and_one_record(TriggerKind kind)
    {
        Gen<(Happening[] Happenings, int Queue)> lives =
            from happenings in Gen.ArrayOf(Gen.Frequency(
                (3, Gen.Constant(Happening.Trigger)),
                (3, Gen.Constant(Happening.Frame)),
                (3, Gen.Constant(Happening.ModelReturns)),
                (2, Gen.Constant(Happening.TimePasses)),
                (4, Gen.Elements(Enum.GetValues<Happening>()))))
            from queue in Gen.Choose(1, 5)
            select (happenings, queue);
        Prop.ForAll(lives.ToArbitrary(), life =>
        {
            using var station = new Life(kind, life.Queue);
            foreach (Happening happening in life.Happenings)
                station.Do(happening);
            string? wrong = station.End();
            return (wrong is null).Label(wrong ?? "");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(80));
    }
}
