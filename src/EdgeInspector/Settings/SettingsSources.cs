using System.Collections;
using Microsoft.Extensions.Configuration;

namespace EdgeInspector.Settings;

/// <summary>Where settings come from: the file, over it the environment, over it the command line.</summary>
internal static class SettingsSources
{
    /// <summary>Beginning of the environment variables that count: <c>EDGEINSPECTOR_Mqtt__Host</c> is <c>Mqtt:Host</c>.</summary>
    public const string EnvironmentPrefix = "EDGEINSPECTOR_";

    /// <summary>Reads all sources.</summary>
    /// <param name="file">A JSON file with comments and trailing commas allowed; null for none.</param>
    /// <param name="overrides">Each <c>--Section:Key=value</c>.</param>
    /// <exception cref="SettingsFileException">The file or an override cannot be read.</exception>
    public static IConfiguration Build(string? file, string[] overrides) => Build(file, Environment.GetEnvironmentVariables(), overrides);

    /// <summary>As above, with an environment of the caller's choice.</summary>
    public static IConfiguration Build(string? file, IDictionary environment, string[] overrides)
    {
        LayeredSettings settings = file is null ? new LayeredSettings() : SettingsJson.Read(file);
        foreach (DictionaryEntry variable in environment.Cast<DictionaryEntry>().OrderBy(entry => (string)entry.Key, StringComparer.Ordinal))
        {
            var name = (string)variable.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase) && name.Length > EnvironmentPrefix.Length)
                settings.Override(name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value);
        }
        foreach (string text in overrides)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (!text.StartsWith("--", StringComparison.Ordinal) || equals <= 2)
                throw new SettingsFileException($"The argument '{text}' is not a setting; write --Section:Key=value.");
            settings.Override(text[2..equals], text[(equals + 1)..]);
        }
        return new ConfigurationBuilder().Add(settings).Build();
    }
}
