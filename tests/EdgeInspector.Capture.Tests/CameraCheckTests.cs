using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Tests.Support;

namespace EdgeInspector.Capture.Tests;

public sealed class CameraCheckTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_good_camera_is_described_by_its_size_and_rate()
    {
        var source = new ScriptedSource((onFrame, stop) =>
        {
            while (!stop.WaitHandle.WaitOne(10))
                ScriptedSource.Give(onFrame, 64, 48);
        });
        CameraCheckResult result = CameraCheck.Run(source, Timeout, TestContext.Current.CancellationToken);
        Assert.True(result.IsGood);
        Assert.Matches(@"^Pictures of 64x48, about [0-9.]+ a second\.$", result.Message);
    }

    [Fact]
    public void A_fault_is_passed_on_in_the_source_s_words()
    {
        CameraCheckResult result = CameraCheck.Run(
            new ScriptedSource((_, _) => throw new CameraException("There is no device.")), Timeout, TestContext.Current.CancellationToken);
        Assert.Equal(new CameraCheckResult(false, "There is no device."), result);
    }

    [Fact]
    public void A_camera_without_pictures_is_given_up_after_the_timeout()
    {
        using var hang = new ManualResetEventSlim();
        CameraCheckResult result = CameraCheck.Run(
            new ScriptedSource((_, _) => hang.Wait(CancellationToken.None)),
            TimeSpan.FromMilliseconds(50),
            TestContext.Current.CancellationToken);
        hang.Set();
        Assert.False(result.IsGood);
        Assert.Contains("gave no picture within 0.1 s", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_that_is_watched_is_good_and_a_missing_one_is_not()
    {
        using var folder = new TemporaryFolder();
        var empty = new ImageFolder(new FolderOptions { Path = folder.Path }, TimeProvider.System, new RecordingLog());
        Assert.True(CameraCheck.Run(empty, TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken).IsGood);
        var none = new ImageFolder(new FolderOptions { Path = folder["none"] }, TimeProvider.System, new RecordingLog());
        CameraCheckResult missing = CameraCheck.Run(none, Timeout, TestContext.Current.CancellationToken);
        Assert.Contains("There is no folder", missing.Message, StringComparison.Ordinal);
    }
}
