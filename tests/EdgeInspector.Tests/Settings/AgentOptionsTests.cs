using System.ComponentModel.DataAnnotations;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Settings;

/// <summary>Settings that are each right and together can't be meant.</summary>
public sealed class AgentOptionsTests
{
    private static readonly StationSettings Asks = new() { Challenge = new ChallengeOptions { At = ["06:00"] } };
    private static readonly StationSettings Keeps = new() { FramesAround = new FramesAroundOptions { Before = 2 } };

    [Fact]
    public void A_challenge_part_that_none_could_be_is_refused()
    {
        Assert.Contains("asks for a challenge part", Assert.Single(Faults(Asks)), StringComparison.Ordinal);
        Assert.Empty(Faults(Asks, new AgentOptions { Commands = new CommandOptions { Enabled = true } }));
        Assert.Empty(Faults(Asks with { Challenge = Asks.Challenge with { BadParts = ["NOK-*"] } }));
    }

    [Theory]
    [InlineData(ImageMode.Off)]
    [InlineData(ImageMode.Inline)]
    public void Frames_around_a_part_without_a_picture_on_disk_are_refused(ImageMode mode)
    {
        var options = new AgentOptions { Images = new ImageOptions { Mode = mode } };
        Assert.Contains("keeps frames around a part", Assert.Single(Faults(Keeps, options)), StringComparison.Ordinal);
        Assert.Empty(Faults(Keeps));
    }

    private static IEnumerable<string> Faults(StationSettings station, AgentOptions? options = null)
    {
        options = (options ?? new AgentOptions()) with { Stations = new() { ["weld-3"] = station } };
        return options.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage!);
    }
}
