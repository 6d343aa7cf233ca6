using EdgeInspector.Capture;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Doctor;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Doctor;

public sealed class CameraRateTests
{
    private static StationSettings Station(TriggerKind kind, int deadline, int delay = 0, int? poll = null) => new()
    {
        Trigger = new TriggerOptions { Kind = kind },
        Deadline = TimeSpan.FromMilliseconds(deadline),
        ExposureDelay = TimeSpan.FromMilliseconds(delay),
        Camera = poll is { } every
            ? new CameraOptions { Folder = new FolderOptions { Path = "pictures", Poll = TimeSpan.FromMilliseconds(every) } }
            : null,
    };

    [Theory]
    [InlineData(TriggerKind.Mqtt, 150, 0, 200, true)]
    [InlineData(TriggerKind.Interval, 150, 0, 200, true)]
    [InlineData(TriggerKind.Mqtt, 150, 100, 60, true)]
    [InlineData(TriggerKind.Mqtt, 150, 0, 40, false)]
    [InlineData(TriggerKind.EveryFrame, 150, 0, 200, false)]
    [InlineData(TriggerKind.Presence, 150, 0, 200, false)]
    public void A_camera_that_can_t_give_a_picture_within_the_deadline_is_a_warning(
        TriggerKind kind, int deadline, int delay, int every, bool isSlow)
    {
        Finding? finding = CameraRate.Check("weld-3", Station(kind, deadline, delay), TimeSpan.FromMilliseconds(every));
        Assert.Equal(isSlow, finding is not null);
        if (isSlow)
        {
            Assert.Equal(Severity.Warning, finding!.Severity);
            Assert.Contains($"every {every} ms", finding.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_was_not_measured_is_not_judged() => Assert.Null(CameraRate.Check("weld-3", Station(TriggerKind.Mqtt, 150), null));

    [Theory]
    [InlineData(TriggerKind.Mqtt, 150, 200, true)]
    [InlineData(TriggerKind.Mqtt, 1000, 200, false)]
    [InlineData(TriggerKind.EveryFrame, 150, 200, false)]
    public void A_folder_that_is_looked_at_less_often_than_the_deadline_allows_is_a_warning(
        TriggerKind kind, int deadline, int poll, bool isSlow)
    {
        Finding? finding = CameraRate.Check("weld-3", Station(kind, deadline, poll: poll), every: null);
        Assert.Equal(isSlow, finding is not null);
        if (isSlow)
            Assert.Contains("every 200 ms (Stations:weld-3:Camera:Folder:Poll)", finding!.Message, StringComparison.Ordinal);
    }
}
