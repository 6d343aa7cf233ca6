using System.Collections;

namespace EdgeInspector.Settings;

/// <summary>Where settings come from: the file, over it the machine's own block in the file, the environment, the command line.</summary>
internal static class SettingsSources
{
    /// <summary>The prefix of the environment variables that count: <c>EDGEINSPECTOR_Mqtt__Host</c> is <c>Mqtt:Host</c>.</summary>
    public const string EnvironmentPrefix = "EDGEINSPECTOR_";

    /// <summary>The environment variable that names the settings file.</summary>
    public const string PathVariable = "EDGEINSPECTOR_SETTINGS";

    // These variables have the prefix but are no settings.
    private static readonly string[] OtherVariables =
        [PathVariable, MachineBlocks.Variable, ModelStore.Signatures.PackageSignature.PasswordVariable];

    /// <summary>Reads all sources.</summary>
    /// <param name="file">A JSON file with comments and trailing commas allowed; null for none.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="overrides">Each <c>--Section:Key=value</c>.</param>
    /// <param name="machine">
    /// The machine whose block of the file applies; null: the machine that the environment names, else this host.
    /// </param>
    /// <returns>The settings, and the machine whose block was laid over them; null where there is none.</returns>
    /// <exception cref="SettingsFileException">
    /// The file or an override cannot be read, or the file has no block for the machine that was asked for.
    /// </exception>
    public static (LayeredSettings Settings, string? Machine) Gather(
        string? file, IDictionary environment, string[] overrides, string? machine = null)
    {
        LayeredSettings settings = ReadFile(file);
        (string name, bool isChosen) = machine is null ? MachineBlocks.ThisMachine(environment) : (machine, true);
        // Where the file has no machine blocks, a name in the environment may have another purpose.
        bool mustExist = machine is not null || (isChosen && settings.Root[MachineBlocks.Section] is not null);
        string? block = MachineBlocks.Apply(settings, name, mustExist);
        LayOver(settings, environment, overrides);
        return (settings, block);
    }

    /// <summary>The content of the file, with the blocks of all machines.</summary>
    public static LayeredSettings ReadFile(string? file) => file is null ? new LayeredSettings() : SettingsJson.Read(file);

    /// <summary>Which source gives a value, in a sentence; null where the file gives it at its path.</summary>
    /// <param name="path">The setting.</param>
    /// <param name="settings">All sources.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="overrides">Each <c>--Section:Key=value</c>.</param>
    public static string? GivenBy(string path, LayeredSettings settings, IDictionary environment, string[] overrides)
    {
        switch (settings.Find(path)?.Origin)
        {
            case SettingsOrigin.Machine:
                return "It stands in this machine's block under Machines.";
            case SettingsOrigin.Argument:
                string beginning = $"--{path}=";
                string? argument = overrides.LastOrDefault(given => given.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
                return argument is null ? null : $"It is given on the command line as {argument[..(beginning.Length - 1)]}.";
            case SettingsOrigin.Environment:
                string variable = EnvironmentPrefix + path.Replace(":", "__", StringComparison.Ordinal);
                string? name = environment.Keys.Cast<string>()
                    .FirstOrDefault(key => key.Equals(variable, StringComparison.OrdinalIgnoreCase));
                return name is null ? null : $"It is given by the environment variable {name}.";
            default:
                return null;
        }
    }

    private static void LayOver(LayeredSettings settings, IDictionary environment, string[] overrides)
    {
        foreach (DictionaryEntry variable in environment.Cast<DictionaryEntry>()
            .OrderBy(entry => (string)entry.Key, StringComparer.Ordinal))
        {
            var name = (string)variable.Key;
            if (!name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase) || name.Length == EnvironmentPrefix.Length
                || OtherVariables.Contains(name))
                continue;
            settings.Override(
                name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal),
                Given((string?)variable.Value),
                SettingsOrigin.Environment);
        }
        foreach (string text in overrides)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (!text.StartsWith("--", StringComparison.Ordinal) || equals <= 2)
                throw new SettingsFileException($"The argument '{text}' is not a setting; write --Section:Key=value.");
            settings.Override(text[2..equals], Given(text[(equals + 1)..]), SettingsOrigin.Argument);
        }
    }

    // Environment and command line have no other way to say "none"; the result of a template such as ${PASSWORD:-} is often empty.
    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
