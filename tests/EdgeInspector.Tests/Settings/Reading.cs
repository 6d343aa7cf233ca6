using System.Collections;
using System.Text;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Settings;

/// <summary>Reads sample options from JSON text, environment and arguments.</summary>
internal static class Reading
{
    /// <summary>The settings of all sources.</summary>
    public static LayeredSettings Sources(string? file, IDictionary environment, string[] overrides) =>
        SettingsSources.Gather(file, environment, overrides).Settings;

    public static SettingsResult<SampleOptions> Read(string json, string[]? overrides = null, IDictionary? environment = null)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("appsettings.json", json);
        return SettingsReader.Read<SampleOptions>(Sources(file, environment ?? new Hashtable(), overrides ?? []), "Serilog");
    }

    public static SampleOptions Value(string json, string[]? overrides = null, IDictionary? environment = null)
    {
        SettingsResult<SampleOptions> result = Read(json, overrides, environment);
        Assert.Empty(result.Problems);
        return result.Value!;
    }

    public static string Problem(string json, string[]? overrides = null, IDictionary? environment = null)
    {
        SettingsResult<SampleOptions> result = Read(json, overrides, environment);
        Assert.Null(result.Value);
        return Assert.Single(result.Problems).ToString();
    }

    public static string Station(string content) => $$"""{ "Stations": { "weld-3": { "Camera": {}, {{content}} } } }""";

    public static string FileFault(string json)
    {
        using var folder = new TemporaryFolder();
        string file = folder["appsettings.json"];
        File.WriteAllBytes(file, Encoding.Latin1.GetBytes(json));
        string message = Assert.Throws<SettingsFileException>(() => Sources(file, new Hashtable(), [])).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        return message;
    }
}
