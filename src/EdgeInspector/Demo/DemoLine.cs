using EdgeInspector.Capture;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Settings;
using EdgeInspector.Web;

namespace EdgeInspector.Demo;

/// <summary>Which cameras look at the simulated line.</summary>
internal enum DemoStations
{
    /// <summary>Only the camera with the classifier.</summary>
    Classify,

    /// <summary>Only the camera with the detector.</summary>
    Detect,

    /// <summary>Both cameras, each with parts of its own.</summary>
    Both,
}

/// <summary>The settings of the simulated line, as if somebody had written them into <c>appsettings.json</c>.</summary>
internal static class DemoLine
{
    /// <summary>A demo machine also renders the parts it inspects; a real line renders nothing and keeps the default of 150 ms.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    /// <param name="stations">Which cameras look at the line.</param>
    /// <param name="parts">Parts over all stations, or null for an endless line.</param>
    /// <param name="pace">From one part to the next at each station.</param>
    /// <param name="seed">The seed of the first station's parts; the second station gets the next seed.</param>
    /// <param name="brokerPort">The embedded broker's port.</param>
    /// <param name="models">The folder of the shipped models.</param>
    /// <param name="dataFolder">Where logs and pictures go.</param>
    public static AgentOptions Settings(
        DemoStations stations, long? parts, TimeSpan pace, int seed, int brokerPort, string models, string dataFolder)
    {
        bool both = stations == DemoStations.Both;
        var described = new Dictionary<string, StationSettings>(StringComparer.Ordinal);
        if (stations != DemoStations.Detect)
            described["classify"] = Station(Path.Combine(models, "part-classifier"), both ? parts - parts / 2 : parts, pace, seed);
        if (stations != DemoStations.Classify)
            described["detect"] = Station(Path.Combine(models, "part-detector"), both ? parts / 2 : parts, pace, both ? seed + 1 : seed);
        return new AgentOptions
        {
            Line = "demo",
            DataFolder = dataFolder,
            Mqtt = new MqttOptions { Host = "127.0.0.1", Port = brokerPort },
            // A minute of pictures in a temporary folder, also on a machine that lacks room.
            Images = new ImageOptions { SpoolMinimumFree = 0 },
            Http = new HttpOptions { Listen = "127.0.0.1:0" },
            Stations = described,
        };
    }

    private static StationSettings Station(string model, long? parts, TimeSpan pace, int seed) => new()
    {
        Camera = new CameraOptions
        {
            Simulated = new SimulatedOptions { Seed = seed, Pace = pace, Count = parts },
            StallTimeout = pace + TimeSpan.FromSeconds(10),
        },
        Trigger = new TriggerOptions { Kind = TriggerKind.EveryFrame },
        Model = model,
        Deadline = Deadline,
    };
}
