using EdgeInspector.Settings;
using Microsoft.Extensions.Configuration;

namespace EdgeInspector.Hosting;

/// <summary>The agent's settings with the sources they came from.</summary>
/// <param name="Path">The settings file in use, or null when there is none and only environment and arguments count.</param>
/// <param name="Overrides">Command-line overrides.</param>
/// <param name="Configuration">The merged sources.</param>
/// <param name="Options">The settings, validated.</param>
internal sealed record SettingsFile(string? Path, string[] Overrides, IConfiguration Configuration, AgentOptions Options)
{
    private const string DefaultName = "appsettings.json";

    // Not with the prefix EDGEINSPECTOR_, under which settings come in.
    private const string PathVariable = "SETTINGS_EDGEINSPECTOR";

    // What the file held when it was read, so that a change made while the models load is noticed too.
    private string? Content { get; init; }

    /// <summary>
    /// Reads the settings, and makes the file's folder the working directory, so that relative paths in the settings are relative to the file.
    /// </summary>
    /// <param name="file">
    /// The file; null for the one that the environment variable SETTINGS_EDGEINSPECTOR names (an installed agent's command sets it), else appsettings.json in the
    /// working directory, else beside the executable, else none.
    /// </param>
    /// <param name="overrides">Each <c>--Section:Key=value</c>.</param>
    /// <exception cref="RefusedException">With all problems, a sentence each.</exception>
    public static SettingsFile Load(string? file, string[] overrides)
    {
        string? path = Find(file);
        try
        {
            string? content = path is null ? null : SettingsWatcher<AgentOptions>.Fingerprint(path);
            IConfiguration configuration = SettingsSources.Build(path, overrides);
            SettingsResult<AgentOptions> result = Read(configuration);
            if (result.Value is null)
                throw new RefusedException([.. result.Problems.Select(problem => problem.ToString())]);
            if (path is not null)
                Environment.CurrentDirectory = System.IO.Path.GetDirectoryName(path)!;
            return new SettingsFile(path, overrides, configuration, result.Value) { Content = content };
        }
        catch (SettingsFileException fault)
        {
            throw new RefusedException(fault.Message);
        }
    }

    /// <summary>Watches the file for changes; the caller starts and disposes.</summary>
    public SettingsWatcher<AgentOptions> Watch(TimeProvider time) => new(Path, () => Read(SettingsSources.Build(Path, Overrides)), time, Content);

    private static SettingsResult<AgentOptions> Read(IConfiguration configuration) => SettingsReader.Read<AgentOptions>(configuration, "Serilog");

    private static string? Find(string? file)
    {
        if (file is not null)
            return Existing(file, "--settings");
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
            return Existing(named, PathVariable);
        string[] places = [Environment.CurrentDirectory, AppContext.BaseDirectory];
        return places.Select(place => System.IO.Path.Combine(place, DefaultName)).FirstOrDefault(File.Exists);
    }

    private static string Existing(string file, string source) =>
        File.Exists(file) ? System.IO.Path.GetFullPath(file) : throw new RefusedException($"{source}: the file '{file}' does not exist, or this user may not see it.");
}
