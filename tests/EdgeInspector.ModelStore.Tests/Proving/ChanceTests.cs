using EdgeInspector.ModelStore.Proving;

namespace EdgeInspector.ModelStore.Tests.Proving;

public sealed class ChanceTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(10, 0, 2.0 / 1024)]
    [InlineData(0, 10, 2.0 / 1024)]
    [InlineData(5, 5, 1)]
    [InlineData(8, 2, 2 * 56.0 / 1024)] // 45 + 10 + 1 of the 1024 ways are as unequal
    public void A_split_is_as_likely_as_the_ways_that_are_as_unequal(int wins, int losses, double expected) => Assert.Equal(expected,
        Chance.OfSplit(wins, losses), 1e-12);

    [Theory]
    [InlineData(4, 4, 0.2, 0.0016)]
    [InlineData(4, 3, 0.2, 0.0272)]
    [InlineData(4, 0, 0.2, 1)]
    public void A_tail_is_the_sum_of_its_terms(int trials, int successes, double probability, double expected) =>
        Assert.Equal(expected, Chance.AtLeast(trials, successes, probability), 1e-12);

    [Fact]
    public void Thousands_of_pictures_lose_nothing_to_rounding()
    {
        Assert.InRange(Chance.OfSplit(5000, 5000), 0.99, 1);
        Assert.InRange(Chance.OfSplit(5100, 4900), 0.04, 0.05); // two standard deviations
        Assert.InRange(Chance.OfSplit(5000, 0), 0, 1e-300);
    }

    [Fact]
    public void The_fewest_pictures_are_the_first_number_that_could_be_more_than_chance()
    {
        Assert.Equal(6, Comparison.FewestPictures(1)); // 2/64 < 0.05 <= 2/32
        Assert.Equal(11, Comparison.FewestPictures(31));
    }
}
