using System.ComponentModel.DataAnnotations;
using EdgeInspector.Capture;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.History;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.Webhooks;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Sync;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Web;
using EdgeInspector.Web.Metrics;

namespace EdgeInspector.Settings;

/// <summary>All settings of the agent.</summary>
internal sealed record AgentOptions : IValidatableObject
{
    /// <summary>Name of the line; part of every topic and event.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Line { get; init; } = "line-1";

    /// <summary>
    /// Folder for everything the agent keeps: models, the journal, pictures and logs. For one agent alone. Relative to the settings file.
    /// </summary>
    [Required, StringLength(1024, MinimumLength = 1)]
    public string DataFolder { get; init; } = "data";

    /// <summary>
    /// File that says that the agent is alive, for <c>EdgeInspector health</c> and so for the health check of a container. Best on a memory
    /// file system, since a disk that is full must not make the agent look dead. Relative to the settings file. Empty: none is written.
    /// </summary>
    [StringLength(1024)]
    public string? HealthFile { get; init; }

    /// <summary>The broker.</summary>
    public MqttOptions Mqtt { get; init; } = new();

    /// <summary>Commands over MQTT.</summary>
    public CommandOptions Commands { get; init; } = new();

    /// <summary>The journal of events.</summary>
    public JournalOptions Journal { get; init; } = new();

    /// <summary>The audit log.</summary>
    public AuditOptions Audit { get; init; } = new();

    /// <summary>What is remembered of parts.</summary>
    public HistoryOptions History { get; init; } = new();

    /// <summary>Images of parts.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>Where and how models run.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>How models come in and are kept.</summary>
    public ModelOptions Models { get; init; } = new();

    /// <summary>Calls over HTTP.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>Addresses to which events are sent by HTTP POST, by name.</summary>
    public Dictionary<string, WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>Figures for those who watch.</summary>
    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>The stations by name.</summary>
    public Dictionary<string, StationSettings> Stations { get; init; } = [];

    /// <summary>
    /// True when somebody can give commands, over MQTT or in the console; else what was commanded before holds no longer.
    /// </summary>
    internal bool TakesCommands => Commands.Enabled || Http is { Listen: not null, Console.Enabled: true };

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Stations.Count == 0)
        {
            yield return new ValidationResult(
                "No station is described; add one under Stations, such as \"weld-3\": { \"Camera\": { … }, \"Model\": \"…\" }.",
                [nameof(Stations)]);
        }
        foreach (string name in Stations.Keys.Where(name => name.Length is 0 or > 64 || name.AsSpan().ContainsAny("/+#\0")))
        {
            yield return new ValidationResult(
                $"The station name '{name}' cannot be part of a topic; use 1 to 64 characters without '/', '+' and '#'.",
                [nameof(Stations)]);
        }
        // Windows takes two names that differ only in case for one folder.
        foreach (IGrouping<string, string> same in Stations.Keys.GroupBy(name => StoreFolders.Safe(name), StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1))
        {
            yield return new ValidationResult(
                $"The stations '{string.Join("' and '", same)}' would share the folder '{same.Key}' of the model store; "
                + "give one another name.",
                [nameof(Stations)]);
        }
        foreach (string name in Stations.Where(station => station.Value.RejectStorm.Stop && !TakesCommands)
            .Select(station => station.Key))
        {
            yield return new ValidationResult(
                $"Station '{name}' stops the line in a storm of rejects (RejectStorm:Stop), but nobody could end it: "
                + "set Commands:Enabled to true, or let people in by Http:Listen.",
                [nameof(Commands)]);
        }
        foreach ((string name, StationSettings station) in Stations)
        {
            if (station.Challenge is { At.Count: > 0, BadParts.Count: 0 } && !TakesCommands)
            {
                yield return new ValidationResult(
                    $"Station '{name}' asks for a challenge part (Challenge:At) that none could be: "
                    + "name some in Challenge:BadParts, or set Commands:Enabled to "
                    + "true or Http:Listen, so that one can be announced.",
                    [nameof(Stations)]);
            }
            if (station.FramesAround is { Before: 0, After: 0 } || Images.Mode == ImageMode.Spool)
                continue;
            yield return new ValidationResult(
                $"Station '{name}' keeps frames around a part (FramesAround), but no picture beside which they could lie: "
                + "set Images:Mode to Spool, or leave "
                + "FramesAround out.",
                [nameof(Stations)]);
        }
        IEnumerable<(string Setting, string Station)> called =
        [
            .. Http.Prediction.Stations.Keys.Select(name => ("Prediction:Stations", name)),
            .. Http.Container is { } container ? [("Container", container)] : Array.Empty<(string, string)>(),
        ];
        foreach ((string setting, string station) in called.Where(named => !Stations.ContainsKey(named.Station)))
        {
            yield return new ValidationResult(
                $"Http:{setting} names the station '{station}', which there is not; there are: {string.Join(", ", Stations.Keys)}.",
                [nameof(Http)]);
        }
        foreach (string wrong in WebhookSettings.Problems(Webhooks, Stations.Keys, Images.Mode))
            yield return new ValidationResult(wrong, [nameof(Webhooks)]);
        if (TopicFault() is { } collision)
            yield return new ValidationResult(collision, [nameof(Stations)]);
    }

    /// <summary>Why line and stations can't have their topics at the broker; null: they can.</summary>
    private string? TopicFault()
    {
        // What is wrong with the template itself is said at the template.
        if (TopicTemplate.Check(Mqtt.TopicPrefix, Mqtt.TopicValues) is not null)
            return null;
        try
        {
            StationTopics.ForAll(Mqtt, Line, Stations.Keys);
            return null;
        }
        catch (DeliveryException fault)
        {
            return fault.Message;
        }
    }
}

/// <summary>One station: a camera, a model, and how it inspects.</summary>
internal sealed record StationSettings : StationOptions
{
    /// <summary>The camera.</summary>
    [Required]
    public CameraOptions? Camera { get; init; }

    /// <summary>
    /// The model package to begin with: a folder, a zip or an .onnx file. Relative to the settings file. Afterwards the station runs what
    /// was activated last, until another path is named here.
    /// </summary>
    [Required, StringLength(1024, MinimumLength = 1)]
    public string? Model { get; init; }

    /// <summary>What the settings know better than the package about its preprocessing.</summary>
    public PreprocessingOptions Preprocessing { get; init; } = new();

    /// <summary>How the numbers of a classifier become probabilities.</summary>
    public ClassifierOptions Classifier { get; init; } = new();

    /// <summary>How the boxes of a detector are decoded.</summary>
    public DetectorOptions Detector { get; init; } = new();

    /// <summary>
    /// What of the frame is inspected: rectangles or polygons; empty: all of it. Each is brought to the network's size by itself, so that
    /// what lies in a small one looks larger than in the whole frame; RegionScale keeps that from happening.
    /// </summary>
    public IReadOnlyList<RegionOptions> Regions { get; init; } = [];

    /// <summary>
    /// How large the network sees what lies in Regions. Null: Magnified, with a warning where things look more than twice as large as
    /// without regions.
    /// </summary>
    public RegionScale? RegionScale { get; init; }

    /// <summary>
    /// An image file that says which pixels count: white ones are inspected, black ones are not. Brought to the frame's size, so it need
    /// not have it. With Regions, what lies in both counts. Relative to the settings file.
    /// </summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? Mask { get; init; }

    /// <summary>Tiles, in which the network sees small defects at full resolution.</summary>
    public TileSettings Tiling { get; init; } = new();

    /// <summary>
    /// Small frames from just before and after a part whose picture is kept, unless it passed: on one sheet beside the picture.
    /// </summary>
    public FramesAroundOptions FramesAround { get; init; } = new();

    /// <summary>Pictures with known verdicts, on which every new package must prove itself.</summary>
    public GoldenOptions Golden { get; init; } = new();

    /// <summary>When a model that has just taken over is given up again.</summary>
    public ProbationOptions Probation { get; init; } = new();

    /// <summary>How a candidate runs beside the active model without a say.</summary>
    public ShadowOptions Shadow { get; init; } = new();

    /// <summary>Where new models are pulled from; off while no source is named.</summary>
    public SyncOptions Sync { get; init; } = new();

    /// <summary>The rules without everything else.</summary>
    internal RuleOptions RulesAlone => new() { Threshold = Threshold, UncertainBand = UncertainBand, PassTags = PassTags, Rules = Rules };

    /// <inheritdoc />
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (ValidationResult result in base.Validate(validationContext))
            yield return result;
        if (Regions.Count > 0 && Tiling.Regions.Count > 0)
            yield return Twice("Regions are given here and, under their old name,", nameof(Regions));
        if (Mask is not null && Tiling.Mask is not null)
            yield return Twice("A mask is given here and, under its old name,", nameof(Mask));
    }

    private static ValidationResult Twice(string what, string setting) =>
        new($"{what} as {nameof(Tiling)}:{setting}; keep what stands here.", [setting]);
}
