using System.ComponentModel.DataAnnotations;
using System.Text;
using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.Tests.Connecting;

public sealed class MqttTextTests
{
    /// <summary>What MQTT 5, section 1.5.4, forbids or advises against, and what it does not.</summary>
    [Fact]
    public void Every_character_is_left_as_it_is_or_written_out()
    {
        int noncharacters = 0, controls = 0;
        for (int codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            bool isSurrogate = codePoint is >= 0xD800 and <= 0xDFFF;
            bool isControl = codePoint is <= 0x1F or (>= 0x7F and <= 0x9F),
                isNone = codePoint is >= 0xFDD0 and <= 0xFDEF || (codePoint % 0x10000) is 0xFFFE or 0xFFFF;
            noncharacters += isNone ? 1 : 0;
            controls += isControl ? 1 : 0;
            string text = $"a{(isSurrogate ? ((char)codePoint).ToString() : char.ConvertFromUtf32(codePoint))}b", fit = MqttText.Fit(text);
            bool isFit = !isSurrogate && !isControl && !isNone && codePoint != 0xFEFF;
            Assert.Equal(isFit, MqttText.FaultOf(text) is null);
            Assert.Equal(isFit ? text : "a" + string.Concat(text[1..^1].Select(half => $"\\u{(int)half:X4}")) + "b", fit);
            Assert.Null(MqttText.FaultOf(fit));
        }
        Assert.Equal((66, 65), (noncharacters, controls));
    }

    [Fact]
    public void A_long_text_is_cut_between_two_characters()
    {
        foreach (string one in new[] { "a", "ä", "部", "🙂", "\uFFFF", "\U0001FFFE" })
        {
            string text = string.Concat(Enumerable.Repeat(one, 1000));
            for (int most = 90; most < 110; most++)
            {
                string fit = MqttText.Fit(text, most);
                Assert.InRange(Encoding.UTF8.GetByteCount(fit), most - 11, most);
                Assert.Null(MqttText.FaultOf(fit));
            }
        }
    }

    [Theory]
    [InlineData("\uFFFF")]
    [InlineData("\uFDD0")]
    [InlineData("\U0001FFFE")]
    [InlineData("\0")]
    [InlineData("\u0085")]
    public void Settings_that_would_end_every_connection_are_refused_at_the_check(string unfit)
    {
        string code = $"U+{(char.IsHighSurrogate(unfit[0]) && unfit.Length > 1 ? char.ConvertToUtf32(unfit, 0) : unfit[0]):X4}";
        foreach (MqttOptions options in new[]
        {
            new MqttOptions { TopicPrefix = $"a{unfit}/{{station}}" },
            new MqttOptions { TopicPrefix = "{site}/{station}", TopicValues = new() { ["site"] = $"a{unfit}" } },
            new MqttOptions { ClientId = $"a{unfit}" },
            new MqttOptions { UserName = $"a{unfit}" },
        })
        {
            var results = new List<ValidationResult>();
            Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true));
            Assert.Contains(code, Assert.Single(results).ErrorMessage, StringComparison.Ordinal);
        }
        Assert.Contains(
            code,
            Assert.Throws<DeliveryException>(() => StationTopics.ForAll(new MqttOptions(), "l", [$"s{unfit}"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            code,
            Assert.Throws<DeliveryException>(() => StationTopics.ForAll(new MqttOptions(), $"l{unfit}", ["s"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            code, Assert.Throws<DeliveryException>(() => TopicTemplate.Filter($"a{unfit}/+")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evidence", "events")]
    [InlineData("images", "pictures")]
    public void A_station_may_not_take_the_client_id_of_another_connection(string station, string whose)
    {
        Assert.Contains(
            whose,
            Assert.Throws<DeliveryException>(() => StationTopics.ForAll(new MqttOptions(), "l", [station])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "\"s-answers\"",
            Assert.Throws<DeliveryException>(() => StationTopics.ForAll(new MqttOptions(), "l", ["s", "s-answers"])).Message,
            StringComparison.Ordinal);
    }
}
