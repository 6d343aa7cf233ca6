using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Tests.Support;

namespace EdgeInspector.Delivery.Tests.Events;

/// <summary>Names of parts on their way to the broker.</summary>
public sealed class PartNameTests
{
    /// <summary>Part ids as triggers, files and settings can give them.</summary>
    [Fact]
    public async Task Whatever_a_part_is_called_its_picture_arrives_and_its_event_tells_the_name()
    {
        string[] names =
        [
            "\uFFFF", "\uFFFE", "\uFDD0", "\uFDEF", "\U0001FFFE", "\U0010FFFF", "a\nb", "a\u001b[2Jb", "\0", "\u007f", "\u0085",
            "\uFEFFbom", "\u202Egpj.exe", "\uD800", "ü部🙂", new string('\uFFFF', 300), "back\\slash", " ",
        ];
        using Mosquitto broker = Mosquitto.Start();
        await using Observer observer = await Observer.Connect(broker.Port);
        await using LineUnderTest line = await new LineUnderTest(
            LineUnderTest.At(broker.Port), new ImageOptions { SpoolMinimumFree = 0, Queue = 40 }).Connected();
        foreach (string name in names)
            line.Evidence.Accept(line.Part(name));
        await Eventually.TrueAsync(() => line.Counters.ImagesPublished == names.Length, "the pictures");
        // JSON can tell every name but half a character.
        Assert.Equal(
            names.Select(name => name == "\uD800" ? "\uFFFD" : name),
            observer.On("/event").Select(e => e.Json.GetProperty("part").GetString()));
        Assert.Equal(
            names.Select(name => MqttText.Fit(name == "\uD800" ? "\uFFFD" : name)).Order(),
            observer.On("/image").Select(image => image.Properties["part"]).Order());
        Assert.Equal(0, line.Counters.ImagesRefused);
        Assert.Single(line.Log.Lines, text => text.Contains("-images connected", StringComparison.Ordinal));
    }
}
