using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Models;

/// <summary>
/// A line whose models change: a station with a model folder of its own, a PLC, and an operator with every way to another model.
/// </summary>
public abstract class ModelLine : LineTest
{
    /// <summary>The agent's data folder.</summary>
    private protected string Data => Path.Combine(Folder, "data");

    /// <summary>The model that the settings name; a copy, so that a test may overwrite it.</summary>
    private protected string InPlace => Path.Combine(Folder, "model");

    private protected string Inbox => Path.Combine(Data, "models", "inbox");

    private protected string Quarantine => Path.Combine(Data, "models", "quarantine");

    /// <summary>Settings with quick looks, commands over MQTT, and triggers from the PLC.</summary>
    private protected JsonObject ModelSettings(int port, HttpCamera camera)
    {
        if (!Directory.Exists(InPlace))
            ModelPackages.Copy(Path.Combine(Models, "part-classifier"), InPlace);
        JsonObject settings = Settings(port);
        settings["DataFolder"] = Data;
        settings["Commands"] = new JsonObject { ["Enabled"] = true };
        settings["Models"] = new JsonObject { ["StableFor"] = "300ms" };
        JsonObject station = Station(settings);
        station["Model"] = InPlace;
        station["Trigger"] = new JsonObject { ["Kind"] = "Mqtt", ["QueueLength"] = 100 };
        station["Camera"] = new JsonObject { ["Url"] = new JsonObject { ["Address"] = camera.Address } };
        return settings;
    }

    /// <summary>Runs a command of the executable on the test's settings, and gives what it said.</summary>
    private protected (int ExitCode, string Said) Command(params IEnumerable<string> arguments)
    {
        (int code, ChildProcess process) = Run([.. arguments, "--settings", Path.Combine(Folder, "settings.json")]);
        return (code, process.Said);
    }

    /// <summary>The hash of a package, as the executable itself computes it.</summary>
    private protected string HashOf(string package)
    {
        (int code, ChildProcess process) = Run("models", "verify", package, "--json");
        Assert.True(code == 0, process.Said);
        return JsonDocument.Parse(string.Join('\n', process.Output)).RootElement.GetProperty("hash").GetString()!;
    }

    /// <summary>The package that runs, by a message of <c>state</c>.</summary>
    private protected static string? Running(JsonElement state) =>
        state.TryGetProperty("package", out JsonElement package) && package.ValueKind == JsonValueKind.Object
            ? package.GetProperty("hash").GetString()
            : null;
}
