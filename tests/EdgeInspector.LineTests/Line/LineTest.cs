using System.Globalization;
using System.Text.Json.Nodes;

namespace EdgeInspector.LineTests.Line;

/// <summary>A temporary folder, a broker, and agents with settings in that folder; everything is gone at the end.</summary>
public abstract class LineTest : IDisposable
{
    /// <summary>How long anything is waited for.</summary>
    internal static TimeSpan Patience => Eventually.Patience;

    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _open = [];

    protected string Folder => _folder.Path;

    /// <summary>The folder of the shipped models, which the build copies beside the tests.</summary>
    protected static string Models { get; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The folder of the models made for these tests: <c>quick</c> and <c>slow</c>.</summary>
    protected static string Packages { get; } = Path.Combine(AppContext.BaseDirectory, "Packages");

    /// <summary>
    /// Lines of the broker's settings that let sessions outlive it. They are written when it stops, and by <see
    /// cref="Mosquitto.SaveSessions"/>; writing them more often would hold up every message for a disk.
    /// </summary>
    private protected string Persistent =>
        $"allow_anonymous true\npersistence true\npersistence_location {Folder}/\nautosave_interval 0\nmax_queued_messages 0";

    private protected Mosquitto StartBroker(string access = "allow_anonymous true", Action<string>? listen = null) =>
        Opened(Mosquitto.Start(_ => access, listen));

    /// <summary>
    /// Settings of one station, <c>s1</c>, on the shipped classifier and a simulated camera of 5 parts a second; change what the test is
    /// about.
    /// </summary>
    private protected static JsonObject Settings(int port) => new()
    {
        ["Line"] = "test",
        ["Mqtt"] = new JsonObject { ["Host"] = "127.0.0.1", ["Port"] = port, ["LongestPause"] = "1s", ["StateInterval"] = "1s" },
        ["Stations"] = new JsonObject
        {
            ["s1"] = new JsonObject
            {
                ["Camera"] = new JsonObject { ["Simulated"] = new JsonObject { ["Seed"] = 20_000, ["Pace"] = "200ms" } },
                // These machines are small and shared; what a deadline does, and overload, is tested elsewhere.
                ["Trigger"] = new JsonObject { ["Kind"] = "EveryFrame", ["QueueLength"] = 1000 },
                ["Model"] = Path.Combine(Models, "part-classifier"),
                ["Deadline"] = "10s",
            },
        },
    };

    private protected static JsonObject Station(JsonObject settings) => settings["Stations"]!["s1"]!.AsObject();

    /// <summary>Writes the settings as an editor or a deployment tool does: whole, under another name, then renamed.</summary>
    private protected string Write(JsonObject settings, string name = "settings.json")
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path + ".new", settings.ToJsonString());
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    /// <summary>Runs the service on the settings.</summary>
    private protected ChildProcess StartAgent(
        JsonObject settings, IReadOnlyDictionary<string, string>? environment = null, Action<string>? listen = null) =>
        Start(["run", "--settings", Write(settings)], environment, listen);

    /// <summary>Runs any command of the executable, in the test's folder.</summary>
    private protected ChildProcess Start(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, Action<string>? listen = null) =>
        Opened(ChildProcess.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "EdgeInspector.dll"), .. arguments], Folder, environment, listen));

    /// <summary>Runs a command to its end.</summary>
    private protected (int ExitCode, ChildProcess Process) Run(params IEnumerable<string> arguments)
    {
        ChildProcess process = Start(arguments);
        return (process.WaitForExit(Patience), process);
    }

    /// <summary>A number that whoever asks for a long run gives in the environment (<c>FUZZ_COUNT</c>, <c>FUZZ_SEED</c>).</summary>
    private protected static int Asked(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int asked)
            ? asked
            : otherwise;

    private protected T Opened<T>(T resource)
        where T : IDisposable
    {
        _open.Add(resource);
        return resource;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        for (int i = _open.Count - 1; i >= 0; i--)
            _open[i].Dispose();
        _folder.Dispose();
    }
}
