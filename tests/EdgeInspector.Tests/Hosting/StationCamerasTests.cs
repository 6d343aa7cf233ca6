using EdgeInspector.Capture;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Hosting;
using EdgeInspector.SimulatedLine;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Tests.Hosting;

public sealed class StationCamerasTests
{
    [Fact]
    public void The_simulated_line_is_a_camera_like_those_of_capture()
    {
        Assert.IsType<SimulatedCamera>(Create(new CameraOptions { Simulated = new() }));
        Assert.IsType<UsbCamera>(Create(new CameraOptions { Usb = new() }));
    }

    [Fact]
    public void Not_exactly_one_kind_is_refused()
    {
        Assert.Throws<CameraException>(() => Create(new CameraOptions()));
        Assert.Throws<CameraException>(() => Create(new CameraOptions { Simulated = new(), Usb = new() }));
    }

    private static ICameraSource Create(CameraOptions options) => StationCameras.Create(options, TimeProvider.System, NullLogger.Instance);
}
