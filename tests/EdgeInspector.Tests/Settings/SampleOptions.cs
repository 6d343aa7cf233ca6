using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Tests.Settings;

internal enum SampleAction
{
    Reject,
    Pass,
    Stop,
}

/// <summary>Options with one of everything that the reader knows.</summary>
internal sealed record SampleOptions : IValidatableObject
{
    [Required, StringLength(8, MinimumLength = 1)]
    public string Line { get; init; } = "line-1";

    public SampleBroker Broker { get; init; } = new() { Port = 2000 };

    public Dictionary<string, SampleStation> Stations { get; init; } = [];

    public Dictionary<string, string> Places { get; init; } = [];

    public IReadOnlyList<string>? Providers { get; init; } = ["cpu"];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Stations.ContainsKey("forbidden"))
            yield return new("The station may not be called so.", [nameof(Stations)]);
        if (Line == "whole")
            yield return new("The whole is wrong.");
    }
}

internal sealed record SampleBroker
{
    [Range(1, 65535)]
    public int Port { get; init; } = 1883;

    [AllowedValues("5", "3.1.1")]
    public string Protocol { get; init; } = "5";

    [PasswordPropertyText(true), StringLength(20)]
    public string? Password { get; init; }

    [PasswordPropertyText(true), Range(1000, 9999)]
    public int? Pin { get; init; }

    public string Address { get; init; } = "";
}

internal record SampleRules
{
    [Range(0.0, 1.0)]
    public double Threshold { get; init; } = 0.5;

    public Dictionary<string, SampleRule> Rules { get; init; } = [];
}

internal sealed record SampleRule
{
    [Range(0.0, 1.0)]
    public double? Threshold { get; init; }
}

internal sealed record SampleStation : SampleRules, IValidatableObject
{
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(150);

    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Delay { get; init; }

    public SampleAction FailSafe { get; init; } = SampleAction.Reject;

    public bool Enabled { get; init; } = true;

    [Required]
    public SampleCamera? Camera { get; init; }

    public int[] Ports { get; init; } = [];

    public IReadOnlyList<SampleAction> Actions { get; init; } = [SampleAction.Stop];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Delay >= Deadline)
            yield return new("Delay must be shorter than Deadline.", [nameof(Delay)]);
    }
}

internal sealed record SampleCamera
{
    public SampleDevice? Usb { get; init; }

    public SampleDevice? Url { get; init; }
}

internal sealed record SampleDevice
{
    public string Device { get; init; } = "/dev/video0";

    [Range(0, int.MaxValue)]
    public int Width { get; init; } = 1920;
}
