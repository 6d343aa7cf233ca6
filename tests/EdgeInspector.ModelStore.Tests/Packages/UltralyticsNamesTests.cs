using System.Text;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Tests.Packages;

public sealed class UltralyticsNamesTests
{
    public static TheoryData<string, string[]> Known => new()
    {
        { "{0: 'a', 1: 'b'}", ["a", "b"] },
        { "{0:'a',1:'b',}", ["a", "b"] },
        { " { 0 : \"a\" ,\n 1 : 'b' } ", ["a", "b"] },
        { "{1: 'b', 0: 'a'}", ["a", "b"] },
        { "['a', \"b\"]", ["a", "b"] },
        { "{0: \"driver's side\", 1: 'say \"no\"'}", ["driver's side", "say \"no\""] },
        { """{0: 'it\'s', 1: 'back\\slash'}""", ["it's", "back\\slash"] },
        { """{0: '\u00e4\xdf\U0001F600', 1: 'tab\there'}""", ["äß😀", "tab\there"] },
        { "{0: 'mit Umlaut: Größe', 1: '傷'}", ["mit Umlaut: Größe", "傷"] },
        { "{0: ''}", [""] },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void A_dictionary_or_a_list_of_Python_is_read(string text, string[] expected) =>
        Assert.Equal(expected, UltralyticsNames.Parse(text, 100));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{0: 'a', 2: 'b'}")]
    [InlineData("{1: 'a', 2: 'b'}")]
    [InlineData("{0: 'a', 0: 'b'}")]
    [InlineData("{-1: 'a', 0: 'b'}")]
    [InlineData("{0: 'a'")]
    [InlineData("{0: 'a}")]
    [InlineData("{0: 'a' 1: 'b'}")]
    [InlineData("{0: 'a'} x")]
    [InlineData("{0: a}")]
    [InlineData("{'0': 'a'}")]
    [InlineData("{0: 1}")]
    [InlineData("{0: None}")]
    [InlineData("{0: ['a']}")]
    [InlineData("{99999999999: 'a'}")]
    [InlineData("""{0: '\ud800'}""")]
    [InlineData("""{0: '\u00'}""")]
    [InlineData("""{0: '\q'}""")]
    [InlineData("""{0: 'a\""")]
    [InlineData("names")]
    [InlineData("__import__('os')")]
    public void Anything_else_names_nothing(string text) => Assert.Null(UltralyticsNames.Parse(text, 100));

    [Fact]
    public void More_names_than_allowed_are_not_read_to_their_end()
    {
        Assert.Null(UltralyticsNames.Parse("[" + string.Concat(Enumerable.Repeat("'a',", 1_000_000)) + "]", 100));
        Assert.Equal(100, UltralyticsNames.Parse("[" + string.Join(',', Enumerable.Range(0, 100).Select(i => $"'{i}'")) + "]", 100)!.Count);
    }

    [Fact]
    public void Whatever_is_done_to_the_text_it_is_read_or_not_in_time()
    {
        byte[] original = Encoding.UTF8.GetBytes("""{0: 'scratch', 1: "driver's side", 2: '\u00e4\\', 10: 'x'}""");
        var random = new Random(3);
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 20_000; i++)
        {
            IReadOnlyList<string>? names = UltralyticsNames.Parse(Encoding.UTF8.GetString(Mutation.Of(original, random)), 100);
            Assert.True(names is null or { Count: > 0 });
        }
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
    }
}
