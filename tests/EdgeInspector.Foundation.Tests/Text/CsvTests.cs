using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Foundation.Tests.Text;

public sealed class CsvTests
{
    [Fact]
    public void Numbers_stay_numbers_and_texts_are_no_formulas_and_keep_their_commas_quotes_and_lines() => Assert.Equal(
        "a,\"b,c\",\"d\"\"e\",\"f\ng\",'=1+1,'-5,-5,0.25,true,",
        Csv.Line(["a", "b,c", "d\"e", "f\ng", "=1+1", "-5", -5, 0.25, true, null]));
}
