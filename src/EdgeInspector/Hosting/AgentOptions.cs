using System.ComponentModel.DataAnnotations;
using EdgeInspector.Capture;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Hosting;

/// <summary>All settings of the agent.</summary>
internal sealed record AgentOptions : IValidatableObject
{
    /// <summary>Name of the line; part of every topic and event.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Line { get; init; } = "line-1";

    /// <summary>Folder for everything the agent keeps: the journal, pictures and logs, and later the model store. For one agent alone. Relative to the settings file.</summary>
    [Required, StringLength(1024, MinimumLength = 1)]
    public string DataFolder { get; init; } = "data";

    /// <summary>The broker.</summary>
    public MqttOptions Mqtt { get; init; } = new();

    /// <summary>The journal of events.</summary>
    public JournalOptions Journal { get; init; } = new();

    /// <summary>Images of parts.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>Where and how models run.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>The stations by name.</summary>
    public Dictionary<string, StationSettings> Stations { get; init; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Stations.Count == 0)
        {
            yield return new ValidationResult(
                "No station is described; add one under Stations, such as \"weld-3\": { \"Camera\": { … }, \"Model\": \"…\" }.", [nameof(Stations)]);
        }
        foreach (string name in Stations.Keys.Where(name => name.Length is 0 or > 64 || name.AsSpan().ContainsAny("/+#\0")))
        {
            yield return new ValidationResult(
                $"The station name '{name}' cannot be part of a topic; use 1 to 64 characters without '/', '+' and '#'.", [nameof(Stations)]);
        }
    }
}

/// <summary>One station: a camera, a model, and how it inspects.</summary>
internal sealed record StationSettings : StationOptions
{
    /// <summary>The camera.</summary>
    [Required]
    public CameraOptions? Camera { get; init; }

    /// <summary>The model package: a folder, a zip or an .onnx file with labels.txt beside it. Relative to the settings file.</summary>
    [Required, StringLength(1024, MinimumLength = 1)]
    public string? Model { get; init; }

    /// <summary>What the settings know better than the package about its preprocessing.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>How the boxes of a detector with a raw grid are decoded.</summary>
    public DetectorOptions Detector { get; init; } = new();
}
