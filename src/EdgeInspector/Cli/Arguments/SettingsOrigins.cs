using EdgeInspector.Settings;

namespace EdgeInspector.Cli.Arguments;

/// <summary>Tells where each given setting came from.</summary>
internal static class SettingsOrigins
{
    public static void Print(SettingsFile settings, TextWriter output)
    {
        HashSet<SettingsNode?> secrets =
        [
            .. SettingPaths.Of(typeof(AgentOptions), settings.Layers)
                .Where(setting => SecretText.IsSecret(setting.Property))
                .Select(setting => settings.Layers.Find(setting.Names)),
        ];
        foreach (SettingsNode node in settings.Layers.Values)
        {
            string value = secrets.Contains(node) ? SecretText.Mask : SecretText.HideLogins(node.Text!);
            output.WriteLine($"{node.Path} = {value}    ({Name(node.Origin, settings)})");
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
