using System.ComponentModel.DataAnnotations;
using EdgeInspector.Capture.Cameras;

namespace EdgeInspector.Capture.Tests;

public sealed class CameraOptionsTests
{
    [Fact]
    public void No_source_is_refused_with_the_names_of_all() =>
        Assert.Equal(
            ["No camera source is given; write exactly one of the blocks Usb, Url, Video, Folder, Simulated."],
            Problems(new CameraOptions()));

    [Fact]
    public void Two_sources_are_refused_by_name() =>
        Assert.Equal(
            ["The blocks Usb and Folder are given, but a camera has exactly one source; remove the others."],
            Problems(new CameraOptions { Usb = new UsbOptions(), Folder = new FolderOptions { Path = "x" } }));

    [Fact]
    public void One_source_is_accepted_and_made()
    {
        (CameraOptions Options, Type Source)[] cases =
        [
            (new() { Usb = new() }, typeof(UsbCamera)),
            (new() { Url = new() { Address = "rtsp://camera/1" } }, typeof(UrlCamera)),
            (new() { Video = new() { File = "a.avi" } }, typeof(VideoFile)),
            (new() { Folder = new() { Path = "in" } }, typeof(ImageFolder)),
        ];
        foreach ((CameraOptions options, Type source) in cases)
        {
            Assert.Empty(Problems(options));
            Assert.IsType(source, CameraSources.Create(options, TimeProvider.System, new RecordingLog()));
        }
        Assert.Throws<CameraException>(() => CameraSources.Create(new CameraOptions(), TimeProvider.System, new RecordingLog()));
    }

    [Fact]
    public void The_simulated_line_is_accepted_and_made_elsewhere()
    {
        CameraOptions options = new() { Simulated = new() };
        Assert.Empty(Problems(options));
        Assert.Throws<CameraException>(() => CameraSources.Create(options, TimeProvider.System, new RecordingLog()));
    }

    [Theory]
    [InlineData("camera-3", "not the address of a stream")]
    [InlineData("file:///etc/passwd", "not the address of a stream")]
    [InlineData("rtsp://admin:secret@camera-3/1", "move them to UserName and Password")]
    public void Odd_addresses_are_refused_without_repeating_them(string address, string problem)
    {
        string said = Assert.Single(Problems(new UrlOptions { Address = address }))!;
        Assert.Contains(problem, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Passwords_are_given_once_and_with_a_user()
    {
        Assert.Single(Problems(new UrlOptions { Address = "rtsp://c/1", Password = "x" }));
        Assert.Single(Problems(new UrlOptions { Address = "rtsp://c/1", UserName = "u", Password = "x", PasswordFile = "f" }));
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Single(Problems(new CameraOptions { Video = new() { File = "a" }, StallTimeout = TimeSpan.Zero }));
        Assert.Single(Problems(new ReopenOptions { First = TimeSpan.FromSeconds(5), Max = TimeSpan.FromSeconds(1) }));
        Assert.Single(Problems(new UsbOptions { FourCc = "MJPEG" }));
        Assert.Single(Problems(new UsbOptions { Width = -1 }));
    }

    private static IEnumerable<string?> Problems(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => result.ErrorMessage);
    }
}
