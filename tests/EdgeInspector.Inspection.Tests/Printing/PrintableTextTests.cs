using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.Tests;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("weld-3 Größe 部品 📷", "weld-3 Größe 部品 📷")]
    [InlineData("a\u001b[2Jb\nc\u009bd\u202ee\u2028f\u200bg\0", "a?[2Jb?c?d?e?f?g?")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrs…")]
    [InlineData("", "")]
    public void What_moves_a_terminal_is_replaced_and_the_rest_is_kept(string text, string printed) => Assert.Equal(printed, PrintableText.Of(text, 20));

    // An attribute could not hold it.
    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("half ?", PrintableText.Of("half " + '\ud83d', 20));
}
