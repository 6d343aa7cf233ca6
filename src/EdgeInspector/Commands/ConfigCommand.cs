using System.CommandLine;
using EdgeInspector.Hosting;
using EdgeInspector.Settings;

namespace EdgeInspector.Commands;

/// <summary><c>config check</c>: validates the settings and prints them resolved, secrets masked.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var check = new Command("check", "Validates the settings and prints them as the agent would use them, secrets masked.");
        var arguments = new SettingsArguments(check);
        check.SetAction(parsed =>
        {
            SettingsFile settings = SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed));
            Console.Out.WriteLine(SettingsPrinter.Print(settings.Options));
            Console.Error.WriteLine($"The settings are valid ({settings.Path ?? "no file; environment and arguments only"}).");
            return ExitCode.Done;
        });
        return new Command("config", "Works with the settings.") { check };
    }
}
