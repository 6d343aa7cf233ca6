using System.Collections;
using EdgeInspector.Settings;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Tests.Settings;

public sealed class SettingsWatcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<SettingsResult<SampleOptions>> _reports = [];
    private readonly string _file;
    private readonly SettingsWatcher<SampleOptions> _watcher;

    // Numbers the times of writing, which must differ for sure whatever the file system's resolution.
    private int _writes;

    public SettingsWatcherTests()
    {
        _file = _folder.Write("appsettings.json", "{ \"Line\": \"a\" }");
        _watcher = new(_file, () => SettingsReader.Read<SampleOptions>(Reading.Sources(_file, new Hashtable(), [])), _time);
        _watcher.Start(_reports.Add);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_change_is_reported_once_within_a_second()
    {
        Seconds(3);
        Assert.Empty(_reports);
        Write("{ \"Line\": \"b\" }");
        Seconds(1);
        Assert.Equal("b", Assert.Single(_reports).Value!.Line);
        Seconds(3);
        Assert.Single(_reports);
    }

    [Fact]
    public void The_same_content_written_again_is_no_change()
    {
        Write("{ \"Line\": \"a\" }");
        Seconds(3);
        Assert.Empty(_reports);
    }

    [Fact]
    public void Settings_with_problems_are_reported_with_them()
    {
        Write("{ \"Line\": \"far too long\" }");
        Seconds(3);
        Assert.Equal("Line", Assert.Single(Assert.Single(_reports).Problems).Path);
    }

    [Fact]
    public void A_half_written_file_gets_a_second_to_become_whole()
    {
        Write("{ \"Line\": \"b");
        Seconds(1);
        Assert.Empty(_reports);
        Write("{ \"Line\": \"b\" }");
        Seconds(1);
        Assert.Equal("b", Assert.Single(_reports).Value!.Line);
    }

    [Fact]
    public void A_file_that_stays_broken_is_reported_once()
    {
        Write("{ \"Line\": \"b");
        Seconds(5);
        Assert.Contains("line 1", Assert.Single(Assert.Single(_reports).Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_vanishes_is_reported_once_and_its_return_brings_its_settings()
    {
        File.Delete(_file);
        Seconds(5);
        Assert.Contains("is gone", Assert.Single(Assert.Single(_reports).Problems).ToString(), StringComparison.Ordinal);
        Write("{ \"Line\": \"c\" }");
        Seconds(1);
        Assert.Equal("c", _reports[1].Value!.Line);
    }

    [Fact]
    public void A_file_that_is_replaced_is_not_reported_as_gone()
    {
        File.Delete(_file);
        Seconds(1);
        Write("{ \"Line\": \"a\" }");
        Seconds(3);
        Assert.Empty(_reports);
    }

    [Fact]
    public void After_disposal_nothing_is_reported()
    {
        _watcher.Dispose();
        Write("{ \"Line\": \"b\" }");
        Seconds(3);
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_change_made_before_the_start_is_noticed()
    {
        using SettingsWatcher<SampleOptions> late = new(
            _file,
            () => new(new SampleOptions { Line = "new" }, []),
            _time,
            SettingsWatcher<SampleOptions>.Fingerprint(_folder.Write("old.json", "{}")));
        var reports = new List<SettingsResult<SampleOptions>>();
        late.Start(reports.Add);
        Seconds(3);
        Assert.Single(reports);
    }

    private void Write(string content)
    {
        File.WriteAllText(_file, content);
        File.SetLastWriteTimeUtc(_file, new DateTime(2026, 1, 1, 0, 0, ++_writes, DateTimeKind.Utc));
    }

    private void Seconds(int count)
    {
        for (; count > 0; count--)
            _time.Advance(TimeSpan.FromSeconds(1));
    }
}
