using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Inspection.Tests.Stations;

public sealed class StationOptionsTests
{
    [Theory]
    [InlineData(150, 0, 5, null)]
    [InlineData(150, 144, 5, null)]
    [InlineData(150, 145, 5, "SignalMargin and ExposureDelay together must be shorter than Deadline")]
    [InlineData(5, 0, 5, "SignalMargin and ExposureDelay together must be shorter than Deadline")]
    [InlineData(150, 150, 0, "ExposureDelay must be shorter than Deadline")]
    public void There_must_be_time_to_judge_a_part_between_its_picture_and_the_way_to_the_gate(
        int deadline, int exposureDelay, int margin, string? problem)
    {
        var options = new StationOptions
        {
            Deadline = TimeSpan.FromMilliseconds(deadline),
            ExposureDelay = TimeSpan.FromMilliseconds(exposureDelay),
            SignalMargin = TimeSpan.FromMilliseconds(margin),
            Trigger = new() { Kind = Inspection.Triggers.TriggerKind.Mqtt },
        };
        ValidationResult[] found = [.. options.Validate(new ValidationContext(options))];
        Assert.Equal(problem is null ? 0 : 1, found.Length);
        Assert.All(found, one => Assert.StartsWith(problem!, one.ErrorMessage, StringComparison.Ordinal));
    }
}
