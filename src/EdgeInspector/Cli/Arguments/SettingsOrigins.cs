using EdgeInspector.Settings;

namespace EdgeInspector.Cli.Arguments;

/// <summary>Tells of each setting that was given where it came from.</summary>
internal static class SettingsOrigins
{
    public static void Print(SettingsFile settings, TextWriter output)
    {
        HashSet<string> secrets = new(
            SettingPaths.Of(typeof(AgentOptions), settings.Layers)
                .Where(setting => SecretText.IsSecret(setting.Property))
                .Select(setting => setting.Path),
            StringComparer.OrdinalIgnoreCase);
        foreach (LayeredSettings.Entry entry in settings.Layers.Entries.Where(
            entry => entry.Value is not (null or LayeredSettings.Block or LayeredSettings.List)))
        {
            string value = secrets.Contains(entry.Path) ? SecretText.Mask : SecretText.HideLogins(entry.Value!);
            output.WriteLine($"{LayeredSettings.Unescape(entry.Path)} = {value}    ({Name(entry.Origin, settings)})");
        }
    }

    private static string Name(SettingsOrigin origin, SettingsFile settings) => origin switch
    {
        SettingsOrigin.File => "file",
        SettingsOrigin.Machine => $"machine {settings.Machine}",
        SettingsOrigin.Environment => "environment",
        SettingsOrigin.Argument => "command line",
        _ => "secret folder",
    };
}
