using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Foundation.Tests.Files;

public sealed class DeviceNamesTests
{
    [Theory]
    [InlineData("con")]
    [InlineData("NUL.txt")]
    [InlineData("NUL.tar.gz")]
    [InlineData("COM1")]
    [InlineData("COM¹")]
    [InlineData("com².onnx")]
    [InlineData("LPT³.txt")]
    [InlineData("CONIN$")]
    [InlineData("conout$")]
    [InlineData("CLOCK$")]
    [InlineData("AUX  .txt")]
    [InlineData("PRN:stream")]
    [InlineData("COM0")]
    public void What_Windows_takes_for_a_device_is_none_of_a_file(string name)
    {
        Assert.True(DeviceNames.Contains(name));
        Assert.False(DeviceNames.Contains(DeviceNames.Avoided(name)));
    }

    [Theory]
    [InlineData("console.txt")]
    [InlineData("COM10")]
    [InlineData("weld-3")]
    [InlineData("com.onnx")]
    [InlineData(".con")]
    public void Other_names_are_names(string name)
    {
        Assert.False(DeviceNames.Contains(name));
        Assert.Equal(name, DeviceNames.Avoided(name));
    }
}
