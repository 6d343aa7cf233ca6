using EdgeInspector.Inference;
using EdgeInspector.Web.Predicting;

namespace EdgeInspector.Web.Tests.Predicting;

public sealed class SideModelTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    [InlineData("tensorrt")]
    [InlineData("directml")]
    [InlineData("/opt/vendor/libprovider.so")]
    public void Callers_are_answered_by_one_thread_of_the_processor_whatever_the_station_computes_on(string provider)
    {
        var line = new InferenceOptions
        {
            Providers = [provider],
            Required = true,
            Threads = 6,
            DeviceId = 1,
            Spinning = true,
            Batch = 8,
            WarmUpRuns = 5,
        };
        InferenceOptions beside = SideModel.Beside(line);
        Assert.Equal(["cpu"], beside.Providers);
        Assert.Equal((1, false, 5), (beside.Threads, beside.Spinning, beside.WarmUpRuns));
        // The pictures of a frame's tiles are seen one after the other.
        Assert.InRange(beside.Batch, 0, 1);
    }
}
