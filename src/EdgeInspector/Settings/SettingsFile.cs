using System.Collections;
using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Settings;

/// <summary>The agent's settings and their sources.</summary>
/// <param name="Path">The settings file in use, or null when there is none and only environment and arguments count.</param>
/// <param name="Overrides">Command-line overrides.</param>
/// <param name="Layers">The merged sources, which tell where each value came from.</param>
/// <param name="Options">The settings, validated.</param>
internal sealed record SettingsFile(string? Path, string[] Overrides, LayeredSettings Layers, AgentOptions Options)
{
    private const string DefaultName = "appsettings.json";
    private const string LogSection = "Serilog";
    private const string ClientId = $"{nameof(AgentOptions.Mqtt)}:{nameof(MqttOptions.ClientId)}";

    // The file's content when it was read, so that a change made while the models load is noticed too.
    private string? Content { get; init; }

    /// <summary>The machine whose block of the file applies; null when the file has none for this machine.</summary>
    public string? Machine { get; private init; }

    /// <summary>What somebody should look at, a sentence each: secrets that others can read, or that are not used.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Settings that are given under an old name, a sentence each.</summary>
    public IReadOnlyList<string> OldNames { get; private init; } = [];

    /// <summary>The section of the log, which is not part of the options; null where there is none.</summary>
    public SettingsNode? Log => Layers.Root[LogSection];

    /// <summary>
    /// Reads the settings, and makes the file's folder the working directory, so that relative paths in the settings are relative to the
    /// file.
    /// </summary>
    /// <param name="file">
    /// The file; null for the file that the environment variable EDGEINSPECTOR_SETTINGS names (an installed agent's command sets that
    /// variable), else appsettings.json in the working directory, else beside the executable, else none.
    /// </param>
    /// <param name="overrides">Each <c>--Section:Key=value</c>.</param>
    /// <param name="machine">The machine whose block applies; null: the machine that the environment names, else this host.</param>
    /// <exception cref="RefusedException">Settings are refused; has all problems, a sentence each.</exception>
    public static SettingsFile Load(string? file, string[] overrides, string? machine = null)
    {
        string? path = Find(file);
        try
        {
            string? content = path is null ? null : SettingsWatcher<AgentOptions>.Fingerprint(path);
            (LayeredSettings layers, string? block) = Gather(path, overrides, machine);
            SettingsResult<AgentOptions> result = Read(layers, overrides);
            if (result.Value is null)
                throw new RefusedException([.. result.Problems.Select(problem => problem.ToString())]);
            if (path is not null)
                Environment.CurrentDirectory = System.IO.Path.GetDirectoryName(path)!;
            IReadOnlyList<string> folders = SecretFolders.Of(Environment.GetEnvironmentVariables());
            return new SettingsFile(path, overrides, layers, result.Value)
            {
                Content = content,
                Machine = block,
                Warnings =
                [
                    .. SecretExposure.Find(typeof(AgentOptions), layers, path, folders),
                    .. SecretFolders.Strays(typeof(AgentOptions), layers, folders),
                ],
                OldNames = [.. RenamedSettings.Find(result.Value)],
            };
        }
        catch (SettingsFileException fault)
        {
            throw new RefusedException(fault.Message);
        }
    }

    /// <summary>Validates the settings of every machine that the file names, each as <see cref="Load"/> would read it there.</summary>
    /// <returns>The machines, in the order of the file, with what must be mended, a sentence each.</returns>
    /// <exception cref="RefusedException">The file can't be read at all.</exception>
    public static IReadOnlyList<(string Machine, IReadOnlyList<string> Problems)> CheckMachines(string? file, string[] overrides)
    {
        string? path = Find(file);
        try
        {
            return
            [
                .. MachineBlocks.NamesIn(SettingsSources.ReadFile(path)).Select(name => (
                    name,
                    ProblemsOf(path, overrides, name))),
            ];
        }
        catch (SettingsFileException fault)
        {
            throw new RefusedException(fault.Message);
        }
    }

    /// <summary>Watches the file for changes; the caller starts and disposes.</summary>
    public SettingsWatcher<AgentOptions> Watch(TimeProvider time) =>
        new(Path, () => Read(Gather(Path, Overrides, Machine).Layers, Overrides), time, Content);

    private static IReadOnlyList<string> ProblemsOf(string? path, string[] overrides, string machine) =>
    [
        .. Read(Gather(path, overrides, machine).Layers, overrides).Problems
            .Select(problem => $"{MachineBlocks.Section}:{machine}: {problem}"),
    ];

    private static (LayeredSettings Layers, string? Machine) Gather(string? path, string[] overrides, string? machine)
    {
        IDictionary environment = Environment.GetEnvironmentVariables();
        (LayeredSettings layers, string? block) = SettingsSources.Gather(path, environment, overrides, machine);
        SecretFolders.Fill(typeof(AgentOptions), layers, SecretFolders.Of(environment));
        // Where the environment names the machine, the host name means nothing: it would give the agent another name at the broker after
        // each upgrade.
        if (MachineBlocks.ThisMachine(environment) is (var name, true) && layers.Find(ClientId) is null)
            layers.Override(ClientId, $"edgeinspector-{name}", SettingsOrigin.Environment);
        return (layers, block);
    }

    private static SettingsResult<AgentOptions> Read(LayeredSettings layers, string[] overrides)
    {
        SettingsResult<AgentOptions> result = SettingsReader.Read<AgentOptions>(layers, LogSection);
        IDictionary environment = Environment.GetEnvironmentVariables();
        return result with
        {
            Problems =
            [
                .. result.Problems.Select(problem => SettingsSources.GivenBy(problem.Path, layers, environment, overrides) is { } given
                    ? problem with { Explanation = $"{problem.Explanation} ({given})" }
                    : problem),
            ],
        };
    }

    /// <summary>The full path of the settings file; null when there is none.</summary>
    public static string? Find(string? file)
    {
        if (file is not null)
            return Existing(file, "--settings");
        if (Environment.GetEnvironmentVariable(SettingsSources.PathVariable) is { Length: > 0 } named)
            return Existing(named, SettingsSources.PathVariable);
        string[] places = [Environment.CurrentDirectory, AppContext.BaseDirectory];
        return places.Select(place => System.IO.Path.Combine(place, DefaultName)).FirstOrDefault(File.Exists);
    }

    private static string Existing(string file, string source) =>
        File.Exists(file)
            ? System.IO.Path.GetFullPath(file)
            : throw new RefusedException($"{source}: the file '{file}' does not exist, or this user may not see it.");
}
