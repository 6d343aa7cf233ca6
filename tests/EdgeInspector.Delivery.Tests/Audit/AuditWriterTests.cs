using EdgeInspector.Delivery.Audit;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Delivery.Tests.Audit;

/// <summary>The chain goes on over kills, power cuts, other days, other users' files and wrong clocks.</summary>
public sealed class AuditWriterTests : IDisposable
{
    private readonly AuditFixture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void An_entry_torn_by_a_kill_at_any_byte_is_told_and_the_chain_goes_on()
    {
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 5);
        byte[] whole = File.ReadAllBytes(_log.Files[0]);
        int lastAt = whole.AsSpan(..^1).LastIndexOf((byte)'\n') + 1;
        Prop.ForAll(Gen.Choose(lastAt + 1, whole.Length - 2).ToArbitrary(), length =>
        {
            foreach (string file in _log.Files)
                File.Delete(file);
            string path = Path.Combine(_log.Folder, "000001_2026-11-23.jsonl");
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains("ends in the middle of it", _log.Verify().Misfit!.Why, StringComparison.Ordinal);
            using (AuditWriter writer = _log.Writer())
            {
                Assert.Contains($"{length - lastAt} bytes", writer.Torn, StringComparison.Ordinal);
                _log.Append(writer, 2, "after");
            }
            AuditReport report = _log.Verify();
            Assert.Null(report.Misfit);
            Assert.Contains(
                $"{length - lastAt} bytes were not written to their end", Assert.Single(report.Notes), StringComparison.Ordinal);
            // What was torn stays where it was.
            Assert.Equal(whole[..length], File.ReadAllBytes(path)[..length]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void An_entry_that_lacks_only_its_line_break_is_an_entry_and_the_chain_goes_on()
    {
        LeaveWithout(1);
        using (AuditWriter writer = _log.Writer())
        {
            Assert.Null(writer.Torn);
            _log.Append(writer, 2, "after");
        }
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        Assert.Empty(report.Notes);
    }

    [Fact]
    public void Zeros_that_a_power_cut_left_behind_are_told_and_the_chain_goes_on()
    {
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 5);
        using (FileStream file = File.OpenWrite(_log.Files[0]))
            file.SetLength(file.Length + 200_000);
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 2);
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        Assert.Contains("200000 bytes", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_entry_is_told_on_the_day_of_the_next_start()
    {
        LeaveWithout(40);
        _log.Time.Advance(TimeSpan.FromDays(3));
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 2);
        Assert.Equal(2, _log.Files.Length);
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        Assert.Single(report.Notes);
    }

    [Fact]
    public void A_file_without_one_whole_entry_is_set_aside()
    {
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 5);
        _log.Time.Advance(TimeSpan.FromDays(1));
        string torn = Path.Combine(_log.Folder, "000002_2026-11-24.jsonl");
        File.WriteAllText(torn, "{\"n\":7,\"kind\":\"fi");
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 2);
        Assert.True(File.Exists(torn + ".torn"));
        Assert.Null(_log.Verify().Misfit);
        Assert.Contains("\"kind\":\"torn\"", File.ReadAllText(torn), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_excuses_an_altered_line_as_torn_is_found()
    {
        LeaveWithout(40);
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 2);
        string text = File.ReadAllText(_log.Files[0]);
        File.WriteAllText(_log.Files[0], text.Replace("\"part\":\"P5\"", "\"part\":\"P6\"", StringComparison.Ordinal));
        Assert.Equal(6, _log.Verify().Misfit?.Line);
    }

    [Fact]
    public void A_last_line_that_was_altered_is_no_torn_one()
    {
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 5);
        string text = File.ReadAllText(_log.Files[0]);
        File.WriteAllText(_log.Files[0], text.Replace("\"part\":\"P5\"", "\"part\":\"P6\"", StringComparison.Ordinal));
        using (AuditWriter writer = _log.Writer())
        {
            Assert.Contains("not what its hash says", writer.Misfit, StringComparison.Ordinal);
            _log.Append(writer, 2);
        }
        Assert.Equal(6, _log.Verify().Misfit?.Line);
    }

    [Fact]
    public void A_clock_that_goes_back_or_jumps_ahead_breaks_no_chain()
    {
        var clock = new WatchedClock(_log.Time);
        foreach (int days in (int[])[0, 20_000, -15_000, 0, 1])
        {
            clock.WallIsOff = TimeSpan.FromDays(days);
            using AuditWriter writer = AuditWriter.Open(_log.Folder, null, clock, long.MaxValue);
            writer.Append([_log.Verdict("A")]);
        }
        Assert.Equal(5, _log.Files.Length);
        Assert.Null(_log.Verify().Misfit);
    }

    [Fact]
    public void A_refused_write_leaves_the_chain_where_it_was()
    {
        using AuditWriter writer = _log.Writer();
        _log.Append(writer, 5);
        (long number, string hash) = (writer.Number, writer.Hash);
        _log.Time.Advance(TimeSpan.FromDays(1));
        // In the way of the next day.
        Directory.CreateDirectory(Path.Combine(_log.Folder, "000002_2026-11-24.jsonl"));
        Assert.ThrowsAny<SystemException>(() => writer.Append([_log.Verdict("B")]));
        Assert.Equal((number, hash), (writer.Number, writer.Hash));
        Directory.Delete(Path.Combine(_log.Folder, "000002_2026-11-24.jsonl"));
        _log.Append(writer, 5);
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        Assert.Equal(12, report.Entries);
    }

    [Fact]
    public void Old_days_go_by_age_and_size_and_the_chain_says_where_it_begins()
    {
        var options = new AuditOptions { MaxAge = TimeSpan.FromDays(3) };
        var retention = new AuditRetention(_log.Folder, options, _log.Time);
        for (int day = 0; day < 10; day++)
        {
            using AuditWriter writer = _log.Writer();
            _log.Append(writer, 10);
            retention.Apply(writer);
            _log.Time.Advance(TimeSpan.FromDays(1));
        }
        Assert.Equal("000007_2026-11-29.jsonl", Path.GetFileName(_log.Files[0]));
        AuditReport report = _log.Verify();
        Assert.Null(report.Misfit);
        Assert.Contains("removed by its age or size", Assert.Single(report.Notes), StringComparison.Ordinal);

        using (AuditWriter writer = _log.Writer())
        {
            _log.Append(writer, 10);
            long newest = _log.Files[^2..].Sum(file => new FileInfo(file).Length);
            new AuditRetention(_log.Folder, options with { MaxBytes = newest }, _log.Time).Apply(writer);
        }
        Assert.InRange(_log.Files.Length, 1, 2);
        Assert.Null(_log.Verify().Misfit);
        // Who removes a day more is not excused by that.
        if (_log.Files.Length == 2)
            File.Delete(_log.Files[0]);
        else
            File.WriteAllLines(_log.Files[0], File.ReadAllLines(_log.Files[0])[1..]);
        Assert.NotNull(_log.Verify().Misfit);
    }

    [Fact]
    public void A_wrong_clock_removes_nothing_for_its_age()
    {
        _log.ThreeDays();
        var clock = new WatchedClock(_log.Time);
        var retention = new AuditRetention(_log.Folder, new AuditOptions { MaxAge = TimeSpan.FromDays(1) }, clock);
        clock.WallIsOff = TimeSpan.FromDays(2000);
        using AuditWriter writer = _log.Writer();
        _log.Append(writer, 1);
        retention.Apply(writer);
        Assert.Equal(4, _log.Files.Length);
    }

    /// <summary>Leaves five entries behind, the last of which lacks so many bytes at its end.</summary>
    private void LeaveWithout(int bytes)
    {
        using (AuditWriter writer = _log.Writer())
            _log.Append(writer, 5);
        File.WriteAllBytes(_log.Files[0], File.ReadAllBytes(_log.Files[0])[..^bytes]);
    }
}
