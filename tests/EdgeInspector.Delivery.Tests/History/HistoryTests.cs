using EdgeInspector.Delivery.History;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Delivery.Tests.History;

public sealed class HistoryTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_remembered_of_a_part_is_read_as_it_was()
    {
        var part = new InspectedPart
        {
            Id = Guid.CreateVersion7(Start),
            Station = "weld-3",
            Part = "A;\"1\"\n",
            Type = "left",
            Sequence = 7,
            TriggeredAt = Start,
            VerdictAt = Start,
            Verdict = new Verdict(VerdictKind.Reject, NoneReason.NotNone, "scratch 0.93 ≥ 0.50", "scratch", 0.93f),
            Action = GateAction.Stop,
            Signal = SignalOutcome.Expired,
            Predictions = [new("scratch", 0.93f), new("scratch", 0.7f), new("big dent", 0.02f), new("ok", 0.001f)],
            Model = new ModelIdentity("m", new string('a', 64), "Iteration 3", ModelKind.Classifier, ["scratch"], "cpu"),
            TriggerToSignal = TimeSpan.FromMilliseconds(41.25),
        };
        using (HistoryWriter writer = Writer())
        {
            writer.Start();
            writer.Add(part);
        }
        PastPart read = Assert.Single(Parts(new HistoryQuery()));
        Assert.Equal(PastPart.Of(part), read);
        Assert.Equal("""{"scratch":0.93,"big dent":0.02}""", read.Tags);
    }

    [Fact]
    public void A_question_finds_the_parts_of_which_it_holds_the_newest_first()
    {
        using (HistoryFile file = HistoryFile.Open(Path.Combine(_folder.Path, HistoryFile.FileName)))
            file.Add([.. Enumerable.Range(0, 120).Select(i => Part(i, Start.AddMinutes(i)))]);
        var asked = new HistoryQuery(Start.AddHours(1), Start.AddHours(2), "WELD-3", VerdictKind.Reject, "Scratch");
        PastPart[] found = [.. Parts(asked)];
        Assert.Equal(Enumerable.Range(60, 60).Where(i => i % 3 == 1).Reverse().Select(i => $"part-{i}"), found.Select(part => part.Part));
        Assert.Equal("part-17", Assert.Single(Parts(new HistoryQuery(Part: "part-17"))).Part);
        Assert.Equal(["part-119", "part-118"], Parts(new HistoryQuery(), most: 2).Select(part => part.Part));
        Assert.Empty(Parts(new HistoryQuery(Station: "other")));
    }

    [Fact]
    public void Whoever_reads_slowly_gets_each_part_once_and_holds_no_read_open()
    {
        string path = Path.Combine(_folder.Path, HistoryFile.FileName);
        using HistoryFile file = HistoryFile.Open(path);
        // Several a millisecond, over the ends of the pieces in which they are read.
        file.Add([.. Enumerable.Range(0, 2_500).Select(i => Part(i, Start.AddMilliseconds(i / 7)))]);
        using HistoryReader reader = HistoryReader.Open(_folder.Path)!;
        using IEnumerator<PastPart> slow = reader.Parts(new HistoryQuery()).GetEnumerator();
        var read = new List<string>();
        for (int i = 0; i < 1_500 && slow.MoveNext(); i++)
            read.Add(slow.Current.Part);
        file.Add([Part(9_999, Start.AddHours(1))]);
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using SqliteCommand checkpoint = other.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            // 0: nobody's read was in the way.
            Assert.Equal(0L, checkpoint.ExecuteScalar());
        }
        while (slow.MoveNext())
            read.Add(slow.Current.Part);
        Assert.Equal(Enumerable.Range(0, 2_500).Reverse().Select(i => $"part-{i}"), read);
    }

    [Fact]
    public void Sums_by_minute_say_what_the_parts_say_and_stay_when_the_parts_are_forgotten()
    {
        PastPart[] parts = [.. Enumerable.Range(0, 600).Select(i => Part(i, Start.AddSeconds(i * 7)))];
        using (HistoryFile file = HistoryFile.Open(Path.Combine(_folder.Path, HistoryFile.FileName)))
        {
            file.Add(parts);
            // A challenge part counts among no others.
            file.Add([Part(1000, Start) with { IsChallenge = true }]);
            file.Trim(Start.AddDays(1), Start.AddDays(-1), long.MaxValue);
        }
        Assert.Empty(Parts(new HistoryQuery()));
        IReadOnlyList<PeriodSum> hours = PeriodSum.Of(Minutes(), new Period(PeriodKind.Hour, [], TimeZoneInfo.Utc));
        Assert.Equal(
            parts.GroupBy(part => part.At.Hour).Select(hour => (hour.Key, (long)hour.Count())),
            hours.Select(hour => (hour.Begins.Hour, hour.Parts)));
        foreach (PeriodSum hour in hours)
        {
            PastPart[] own = [.. parts.Where(part => part.At.Hour == hour.Begins.Hour)];
            Assert.Equal((double)own.Count(part => part.Verdict == VerdictKind.Pass) / own.Length, hour.Yield!.Value, 12);
            Assert.Equal(own.Average(part => part.TriggerToSignal.TotalMilliseconds), hour.MeanMilliseconds!.Value, 6);
            Assert.Equal(own.Max(part => part.TriggerToSignal.TotalMilliseconds), hour.SlowestMilliseconds, 6);
            Assert.Equal(own.Count(part => part.Verdict == VerdictKind.Reject), hour.Rejects.Single(tag => tag.Key == "scratch").Value);
            Assert.Equal(own.Count(part => part.Verdict == VerdictKind.None), hour.Nones.Single(one => one.Key == NoneReason.Camera).Value);
        }
    }

    [Fact]
    public void A_file_that_is_too_large_forgets_its_oldest_parts()
    {
        using (HistoryFile file = HistoryFile.Open(Path.Combine(_folder.Path, HistoryFile.FileName)))
        {
            file.Add([.. Enumerable.Range(0, 20_000).Select(i => Part(i, Start.AddSeconds(i)))]);
            Assert.True(file.UsedBytes > 2_000_000);
            file.Trim(DateTimeOffset.MinValue.AddYears(2000), DateTimeOffset.MinValue.AddYears(2000), 2_000_000);
            Assert.True(file.UsedBytes <= 2_000_000);
        }
        PastPart[] left = [.. Parts(new HistoryQuery())];
        Assert.InRange(left.Length, 1_000, 19_999);
        Assert.Equal("part-19999", left[0].Part);
        Assert.Equal(left.Length, 19_999 - int.Parse(left[^1].Part[5..], System.Globalization.CultureInfo.InvariantCulture) + 1);
    }

    [Fact]
    public void Where_sums_take_more_than_half_of_the_room_the_oldest_go_and_parts_stay()
    {
        const long Most = 1024 * 1024;
        const int Minutes = 40_000;
        DateTimeOffset end = Start.AddMinutes(Minutes);
        using (HistoryFile file = HistoryFile.Open(Path.Combine(_folder.Path, HistoryFile.FileName)))
        {
            // The parts of a long time, of which the sums alone are left, and then those of a day.
            file.Add([.. Enumerable.Range(0, Minutes).Select(i => Part(i, Start.AddMinutes(i)))]);
            file.Trim(end, DateTimeOffset.UnixEpoch, long.MaxValue);
            file.Add([.. Enumerable.Range(Minutes, 1_000).Select(i => Part(i, end.AddSeconds(i - Minutes)))]);
            Assert.True(file.UsedBytes > Most);
            file.Trim(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Most);
            Assert.True(file.UsedBytes <= Most);
        }
        Assert.Equal(1_000, Parts(new HistoryQuery()).Count);
        List<MinuteSum> left = this.Minutes();
        // As many as before in the time that is left: no minute has lost a piece.
        Assert.InRange(left.Count, 10_000, Minutes - 1);
        Assert.Equal(left.Count(sum => sum.At < end), (int)(end - left[0].At).TotalMinutes);
        Assert.Equal(1_000, left.Where(sum => sum.At >= end).Sum(sum => sum.Parts));
    }

    [Fact]
    public void That_sums_go_before_their_time_is_told()
    {
        using (HistoryFile file = HistoryFile.Open(Path.Combine(_folder.Path, HistoryFile.FileName)))
            file.Add([.. Enumerable.Range(0, 20_000).Select(i => Part(i, Start.AddMinutes(i)))]);
        var log = new RecordingLog();
        using var writer = new HistoryWriter(
            _folder.Path, new HistoryOptions { MaxBytes = 1024 * 1024 }, new FakeTimeProvider(Start), log);
        writer.Start();
        Eventually.True(() => log.Lines.Any(line => line.Contains("History:KeepSums", StringComparison.Ordinal)));
        Assert.NotEmpty(Parts(new HistoryQuery()));
    }

    [Fact]
    public void A_file_that_is_no_history_is_kept_aside_and_said_and_the_history_begins_anew()
    {
        File.WriteAllText(Path.Combine(_folder.Path, HistoryFile.FileName), new string('x', 5000));
        var log = new RecordingLog();
        using (var writer = new HistoryWriter(_folder.Path, new HistoryOptions(), TimeProvider.System, log))
        {
            writer.Start();
            writer.Add(Record("A"));
        }
        Assert.Equal("A", Assert.Single(Parts(new HistoryQuery())).Part);
        Assert.Single(Directory.EnumerateFiles(_folder.Path, "history-damaged-*.db"));
        Assert.Contains(log.Lines, line => line.Contains("is damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_breaks_while_it_is_written_is_set_aside_too()
    {
        string path = Path.Combine(_folder.Path, HistoryFile.FileName);
        using (HistoryFile file = HistoryFile.Open(path))
            file.Add([.. Enumerable.Range(0, 5_000).Select(i => Part(i, Start.AddSeconds(i)))]);
        byte[] bytes = File.ReadAllBytes(path);
        // All but the first pages, in which the schema stands.
        bytes.AsSpan(40_960).Fill(0xA5);
        File.WriteAllBytes(path, bytes);
        using (var writer = new HistoryWriter(_folder.Path, new HistoryOptions(), TimeProvider.System, new RecordingLog()))
        {
            writer.Start();
            writer.Add(Record("A"));
            Eventually.True(() => Directory.EnumerateFiles(_folder.Path, "history-damaged-*.db").Any());
        }
        Assert.Equal("A", Assert.Single(Parts(new HistoryQuery())).Part);
    }

    [Fact]
    public void While_the_disk_refuses_parts_wait_up_to_a_number_and_the_oldest_are_lost()
    {
        // A folder in the place of the file.
        string inTheWay = Path.Combine(_folder.Path, HistoryFile.FileName);
        Directory.CreateDirectory(inTheWay);
        var log = new RecordingLog();
        using var writer = new HistoryWriter(_folder.Path, new HistoryOptions(), TimeProvider.System, log);
        writer.Start();
        for (int i = 0; i < 10_003; i++)
            writer.Add(Record($"{i}"));
        Eventually.True(() => log.Lines.Any(line => line.Contains("Verdicts, signals and events go on", StringComparison.Ordinal)));
        Assert.Equal(3, writer.Lost);
        Directory.Delete(inTheWay);
        writer.Dispose();
        // On a busy machine the thread, which gives way to all others, writes on.
        Eventually.True(() => Parts(new HistoryQuery()).Count == 10_000);
    }

    [Fact]
    public void A_history_of_another_version_is_refused_with_what_to_do_and_none_is_none()
    {
        Assert.Null(HistoryReader.Open(_folder.Path));
        using (var other = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, HistoryFile.FileName)};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = "PRAGMA user_version=99";
            command.ExecuteNonQuery();
        }
        Assert.Contains(
            "its schema is 99", Assert.Throws<HistoryException>(() => HistoryReader.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    private static PastPart Part(int i, DateTimeOffset at) => new(
        Guid.CreateVersion7(at), at, "weld-3", $"part-{i}", null, (VerdictKind)(i % 3 is 0 ? 0 : i % 3 is 1 ? 1 : 3),
        i % 3 == 2 ? NoneReason.Camera : NoneReason.NotNone, i % 3 == 2 ? null : "scratch", 0.5, null, GateAction.Pass, SignalOutcome.Sent,
        false, TimeSpan.FromMilliseconds(20 + i % 13), null, null, "{}");

    private static InspectedPart Record(string part) => new()
    {
        Id = Guid.CreateVersion7(Start),
        Station = "weld-3",
        Part = part,
        Sequence = 1,
        TriggeredAt = Start,
        VerdictAt = Start,
        Verdict = new Verdict(VerdictKind.Pass, NoneReason.NotNone, null, null, 0),
        Action = GateAction.Pass,
        Signal = SignalOutcome.Sent,
        Predictions = [],
        TriggerToSignal = TimeSpan.FromMilliseconds(20),
    };

    private HistoryWriter Writer() => new(_folder.Path, new HistoryOptions(), TimeProvider.System, new RecordingLog());

    private List<PastPart> Parts(HistoryQuery query, int? most = null)
    {
        using HistoryReader reader = HistoryReader.Open(_folder.Path)!;
        return [.. reader.Parts(query, most)];
    }

    private List<MinuteSum> Minutes()
    {
        using HistoryReader reader = HistoryReader.Open(_folder.Path)!;
        return [.. reader.Minutes(new HistoryQuery())];
    }
}
