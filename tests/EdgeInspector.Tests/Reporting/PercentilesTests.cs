using EdgeInspector.Reporting;

namespace EdgeInspector.Tests.Reporting;

public sealed class PercentilesTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(100, 50, 99)]
    [InlineData(200, 100, 198)]
    public void Percentiles_are_values_that_occurred(int count, double p50, double p99) =>
        Assert.Equal(new Percentiles(p50, p99, count), Percentiles.Of(Enumerable.Range(1, count).Reverse().Select(i => (double)i)));

    [Fact]
    public void Nothing_measured_gives_zero() => Assert.Equal(new Percentiles(0, 0, 0), Percentiles.Of([]));
}
