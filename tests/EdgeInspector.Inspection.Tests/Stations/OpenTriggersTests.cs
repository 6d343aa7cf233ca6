using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Inspection.Tests.Stations;

public sealed class OpenTriggersTests
{
    private const long Deadline = 150;

    /// <summary>What may happen to a station, in any order.</summary>
    public enum Happening
    {
        Trigger,
        OldTrigger,
        Turn,
        Frame,
        Result,
        Fault,
        TimePasses,
        MuchTimePasses,
        Watch,
        ModelIsGivenUp,
        Stop,
    }

    /// <summary>A station without threads: does what its threads would do, and writes down who answered and who handed over.</summary>
    private sealed class Books(int capacity, long estimate, FramePool pool)
    {
        private readonly OpenTriggers _open = new(capacity);
        private readonly List<OpenTrigger> _refused = [];
        private readonly List<OpenTrigger> _held = [];
        private OpenTrigger? _inWork;
        private Frame? _frame;
        private bool _stopped;
        private long _now = 1000;
        private long _number;

        public Dictionary<long, string> Answers { get; } = [];

        public List<long> AnsweredTwice { get; } = [];

        public Dictionary<long, int> Records { get; } = [];

        public bool InOrder { get; private set; } = true;

        public long Triggers => _number;

        public int Open => _open.Count;

        public void Do(Happening happening)
        {
            switch (happening)
            {
                case Happening.Trigger:
                    Trigger(_now);
                    break;
                case Happening.OldTrigger:
                    Trigger(_now - 40);
                    break;
                case Happening.Turn:
                    _inWork ??= _open.TakeTurn();
                    break;
                case Happening.Frame when _inWork is { HasBegun: false }:
                    _frame = pool.Rent(2, 2);
                    if (_open.TryBegin(_inWork, _frame, _now))
                        break;
                    _frame.Release();
                    _frame = null;
                    break;
                case Happening.Result or Happening.Fault when _inWork is { } open:
                    bool late = _now > open.AnswerBy;
                    Answer(open, late ? "none deadline" : happening == Happening.Fault ? "none model" : "pass");
                    Finish();
                    break;
                case Happening.TimePasses:
                    _now += 30;
                    break;
                case Happening.MuchTimePasses:
                    _now += 200;
                    break;
                case Happening.Watch:
                    Watch(_now, "none deadline");
                    break;
                case Happening.ModelIsGivenUp:
                    if (_open.TryAbandon(out OpenTrigger? given, out Frame? frame))
                        Record(given!);
                    Assert.True(frame is null || frame == _frame);
                    frame?.Release();
                    break;
                case Happening.Stop:
                    _stopped = true;
                    _open.Close();
                    Watch(long.MaxValue, "none paused");
                    break;
            }
            // The threads that brought what was refused are slow: others may be first.
            if (happening is Happening.Turn or Happening.TimePasses)
                AnswerRefused();
        }

        /// <summary>What always happens in the end.</summary>
        public void End()
        {
            AnswerRefused();
            Do(Happening.Stop);
            if (_inWork is not null)
                Finish();
        }

        private void Trigger(long at)
        {
            _number++;
            var trigger = new Trigger(Guid.CreateVersion7(), _number, "same part", at, DateTimeOffset.UnixEpoch, null);
            OpenTrigger open = _open.Open(trigger, at + Deadline, _now, estimate / 2, estimate);
            if (open.Stage != TriggerStage.Queued)
                _refused.Add(open);
            Assert.True(!_stopped || open.Stage == TriggerStage.Closed);
        }

        private void AnswerRefused()
        {
            foreach (OpenTrigger open in _refused)
                Answer(open, open.Stage == TriggerStage.Closed ? "none paused" : "none overload");
            _refused.Clear();
        }

        private void Watch(long until, string verdict)
        {
            long last = long.MinValue;
            while (_open.FirstDue(until) is { } due)
            {
                InOrder &= due.AnswerBy >= last;
                last = due.AnswerBy;
                Answer(due, verdict);
            }
        }

        private void Answer(OpenTrigger open, string verdict)
        {
            if (!_open.TryClaim(open))
                return;
            if (!Answers.TryAdd(open.Trigger.Number, verdict))
                AnsweredTwice.Add(open.Trigger.Number);
            if (!open.HadTurn)
                HandOver(open);
        }

        private void Finish()
        {
            Answer(_inWork!, "none model");
            HandOver(_inWork!);
            _open.EndTurn();
            _frame?.Release();
            _frame = null;
            _inWork = null;
        }

        private void HandOver(OpenTrigger open)
        {
            if (_open.TryHandOver(open))
                Record(open);
        }

        private void Record(OpenTrigger open) => Records[open.Trigger.Number] = Records.GetValueOrDefault(open.Trigger.Number) + 1;
    }

    [Fact]
    public void Every_trigger_is_answered_exactly_once_and_recorded_exactly_once_whatever_happens_in_whatever_order()
    {
        Gen<(Happening[] Happenings, int Capacity, long Estimate)> lives =
            from happenings in Gen.ArrayOf(Gen.Frequency(
                (6, Gen.Constant(Happening.Trigger)),
                (8, Gen.Elements(Enum.GetValues<Happening>()[..^1])),
                (1, Gen.Elements(Enum.GetValues<Happening>()))))
            from capacity in Gen.Choose(1, 4)
            from estimate in Gen.Elements(0L, 20L, 60L, 160L)
            select (happenings, capacity, estimate);
        Prop.ForAll(lives.ToArbitrary(), life =>
        {
            using var pool = new FramePool();
            var books = new Books(life.Capacity, life.Estimate, pool);
            foreach (Happening happening in life.Happenings)
            {
                books.Do(happening);
                if (books.Triggers != books.Answers.Count + books.Open)
                    return false;
            }
            books.End();
            return books.Open == 0
                && pool.InUse == 0
                && books.AnsweredTwice.Count == 0
                && books.InOrder
                && books.Answers.Count == books.Triggers
                && books.Records.Count == books.Triggers
                && books.Records.Values.All(count => count == 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(200));
    }

    private static Trigger Part(long number, long at) =>
        new(Guid.CreateVersion7(), number, $"{number}", at, DateTimeOffset.UnixEpoch, null);

    [Fact]
    public void Of_all_who_want_to_answer_at_the_same_moment_one_does()
    {
        const int Parts = 2000;
        var open = new OpenTriggers(Parts);
        OpenTrigger[] triggers = [.. Enumerable.Range(1, Parts).Select(n => open.Open(Part(n, n), n + Deadline, n, 0, 0))];
        int claimed = 0;
        using var together = new Barrier(4);
        Thread[] parties = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            together.SignalAndWait();
            foreach (OpenTrigger trigger in triggers)
            {
                if (open.TryClaim(trigger))
                    Interlocked.Increment(ref claimed);
            }
        }))];
        foreach (Thread party in parties)
            party.Start();
        foreach (Thread party in parties)
            party.Join();
        Assert.Equal((Parts, 0), (claimed, open.Count));
    }

    [Fact]
    public void A_trigger_that_came_late_is_due_in_the_order_of_the_parts()
    {
        var open = new OpenTriggers(8);
        open.Open(Part(1, 100), 100 + Deadline, 100, 0, 0);
        open.Open(Part(2, 60), 60 + Deadline, 105, 0, 0);
        Assert.Null(open.FirstDue(60 + Deadline - 1));
        Assert.Equal(60 + Deadline, open.NextDeadline);
        Assert.Equal(2, open.FirstDue(60 + Deadline)!.Trigger.Number);
        Assert.Equal(2, open.TakeTurn()!.Trigger.Number);
        Assert.Equal(1, open.TakeTurn()!.Trigger.Number);
    }

    [Fact]
    public void A_trigger_that_was_answered_in_the_queue_makes_room_for_another()
    {
        var open = new OpenTriggers(1);
        OpenTrigger first = open.Open(Part(1, 0), Deadline, 0, 0, 0);
        Assert.Equal(TriggerStage.NoRoom, open.Open(Part(2, 1), 1 + Deadline, 1, 0, 0).Stage);
        Assert.True(open.TryClaim(first));
        Assert.Equal(TriggerStage.Queued, open.Open(Part(3, 2), 2 + Deadline, 2, 0, 0).Stage);
        Assert.Equal(3, open.TakeTurn()!.Trigger.Number);
    }

    [Fact]
    public void Those_that_cannot_make_their_deadline_behind_the_others_get_no_turn()
    {
        var open = new OpenTriggers(8);
        open.Open(Part(1, 0), Deadline, 0, typical: 60, estimate: 60);
        open.TakeTurn();
        Assert.Equal(TriggerStage.Queued, open.Open(Part(2, 0), Deadline, 0, typical: 60, estimate: 60).Stage);
        Assert.Equal(TriggerStage.NoTime, open.Open(Part(3, 0), Deadline, 0, typical: 60, estimate: 60).Stage);
    }

    [Fact]
    public void A_few_slow_parts_lately_do_not_make_each_part_of_the_queue_a_slow_one()
    {
        var open = new OpenTriggers(8);
        open.Open(Part(1, 0), Deadline, 0, typical: 10, estimate: 100);
        open.Open(Part(2, 0), Deadline, 0, typical: 10, estimate: 100);
        Assert.Equal(TriggerStage.Queued, open.Open(Part(3, 0), Deadline, 0, typical: 10, estimate: 100).Stage);
        Assert.Equal(TriggerStage.NoTime, open.Open(Part(4, 0), Deadline, 30, typical: 10, estimate: 100).Stage);
    }

    [Fact]
    public void A_model_slower_than_the_deadline_is_tried_again_whenever_nobody_waits()
    {
        var open = new OpenTriggers(8);
        OpenTrigger tried = open.Open(Part(1, 0), Deadline, 0, typical: 500, estimate: 500);
        Assert.Equal(TriggerStage.Queued, tried.Stage);
        Assert.False(OpenTriggers.IsTooLate(tried, 0, estimate: 500));
        Assert.Equal(TriggerStage.NoTime, open.Open(Part(2, 0), Deadline, 0, typical: 500, estimate: 500).Stage);
    }

    [Fact]
    public void A_part_whose_record_is_handed_over_stands_in_nobodys_way()
    {
        var open = new OpenTriggers(8);
        OpenTrigger done = open.Open(Part(1, 0), Deadline, 0, typical: 500, estimate: 500);
        Assert.Same(done, open.TakeTurn());
        Assert.True(open.TryClaim(done));
        Assert.Equal(TriggerStage.NoTime, open.Open(Part(2, 0), Deadline, 0, typical: 500, estimate: 500).Stage);
        Assert.True(open.TryHandOver(done));
        // Whoever waited for the record may trigger before the thread has put its things away.
        Assert.Equal(TriggerStage.Queued, open.Open(Part(3, 0), Deadline, 0, typical: 500, estimate: 500).Stage);
    }

    [Fact]
    public void The_estimate_bears_with_a_few_slow_parts_and_follows_many()
    {
        var times = new InspectionTimes();
        for (int i = 0; i < 15; i++)
            times.Add(10);
        Assert.Equal(0, times.Estimate);
        for (int i = 0; i < 17; i++)
            times.Add(10);
        times.Add(500);
        times.Add(500);
        Assert.Equal(10, times.Estimate);
        for (int i = 0; i < 6; i++)
            times.Add(500);
        Assert.Equal((10, 500), (times.Typical, times.Estimate));
        for (int i = 0; i < 32; i++)
            times.Add(10);
        Assert.Equal(10, times.Estimate);
    }
}
