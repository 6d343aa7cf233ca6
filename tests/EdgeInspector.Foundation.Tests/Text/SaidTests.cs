using System.Globalization;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Foundation.Tests.Text;

/// <summary>A sentence with its code and what fills its gaps.</summary>
public sealed class SaidTests
{
    private static readonly Wording Late = new("deadline", "late", "Late by {seconds:0.0} s at {place}. {advice}");
    private static readonly Wording Wait = new("advice", "wait", "Wait {seconds:0.0} s.");
    private static readonly Wording Several = new("parts", "several", "Parts: {parts:, }.");

    [Fact]
    public void The_values_fill_the_gaps_in_their_order()
    {
        Said said = Late.Of(1.25, "{place}", Wait.Of(2));
        Assert.Equal("Late by 1.3 s at {place}. Wait 2.0 s.", said.Text);
        Assert.Equal(["seconds", "place", "advice"], said.Values.Keys);
        Assert.Equal("Parts: Wait 1.0 s., Wait 2.0 s..", Several.Of(new List<Said> { Wait.Of(1), Wait.Of(2) }).Text);
    }

    [Fact]
    public void Another_language_has_its_own_words_order_and_numbers()
    {
        var culture = new CultureInfo("de") { NumberFormat = { NumberDecimalSeparator = "," } };
        string german = Late.Of(1.25, "Tor 1", Wait.Of(2)).In(
            culture,
            wording => wording == Late ? "{place}: {seconds:0.00} s zu spät. {advice}" : "Warten Sie {seconds:0.0} s.");
        Assert.Equal("Tor 1: 1,25 s zu spät. Warten Sie 2,0 s.", german);
    }

    [Fact]
    public void What_a_language_has_no_words_for_stays_English() =>
        Assert.Equal("Wait 2.0 s.", Wait.Of(2).In(CultureInfo.InvariantCulture, _ => null));

    [Fact]
    public void A_gap_without_a_value_stays() => Assert.Equal("Late by 1.0 s at {place}. {advice}", Late.Of(1).Text);

    [Fact]
    public void Two_that_read_alike_are_equal()
    {
        Assert.Equal(Wait.Of(2.01), Wait.Of(2.04));
        Assert.NotEqual(Wait.Of(2), Wait.Of(3));
    }
}
