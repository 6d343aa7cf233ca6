using EdgeInspector.Capture.Cameras;

namespace EdgeInspector.Capture.Tests.Cameras;

public sealed class UsbCameraTests
{
    [Theory]
    [InlineData("97", "/dev/video97")]
    [InlineData("/dev/v4l/by-id/none", "/dev/v4l/by-id/none")]
    public void A_missing_device_is_named_with_what_to_do(string device, string named)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Device paths are Linux'.");
        var camera = new UsbCamera(new UsbOptions { Device = device }, new RecordingLog());
        string fault = Assert.Throws<CameraException>(() => camera.Run((_, _, _, _) => { }, TestContext.Current.CancellationToken)).Message;
        Assert.StartsWith($"There is no device {named}.", fault, StringComparison.Ordinal);
        Assert.Contains("plugged in", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_no_camera_is_a_fault_and_not_a_crash()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Device paths are Linux'.");
        var camera = new UsbCamera(new UsbOptions { Device = "/dev/null" }, new RecordingLog());
        string fault = Assert.Throws<CameraException>(() => camera.Run((_, _, _, _) => { }, TestContext.Current.CancellationToken)).Message;
        Assert.StartsWith("The camera /dev/null could not be opened.", fault, StringComparison.Ordinal);
    }
}
