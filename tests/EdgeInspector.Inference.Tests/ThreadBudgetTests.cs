namespace EdgeInspector.Inference.Tests;

public sealed class ThreadBudgetTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(2, 2, 1)]
    [InlineData(2, 5, 1)]
    [InlineData(4, 1, 3)]
    [InlineData(8, 2, 3)]
    [InlineData(32, 1, 8)]
    [InlineData(32, 6, 5)]
    public void Stations_share_the_processors_of_the_machine(int processors, int stations, int threads) =>
        Assert.Equal(threads, ThreadBudget.PerStation(processors, stations));

    [Fact]
    public void Threads_that_the_settings_name_stay_as_they_are() =>
        Assert.Equal(5, new InferenceOptions { Threads = 5 }.ForStations(3).Threads);
}
