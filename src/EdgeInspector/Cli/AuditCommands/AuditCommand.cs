using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.AuditCommands;

/// <summary><c>audit</c>: reads the audit log, also while the agent runs, and also a copy on another machine.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Works with the audit log: proves that nobody altered it, and writes out what it says.")
    {
        VerifyCommand.Create(),
        ExportCommand.Create(),
    };
}

/// <summary>Where the log lies and which keys sealed the log: named by arguments, or by the settings.</summary>
internal sealed class AuditPlace
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "The data folder, or a copy of its folder 'audit'. Default: DataFolder of the settings, which are not read "
            + "where this is given.",
        HelpName = "FOLDER",
    };

    private readonly Option<string[]> _keys = new("--key-file")
    {
        Description = "A file whose first line is the key. May be given several times where the key was changed. Default: the keys "
            + "of the settings.",
        HelpName = "FILE",
    };

    private readonly SettingsArguments _settings;

    public AuditPlace(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_keys);
        _settings = new SettingsArguments(command, parsed => parsed.GetValue(_data) is null);
    }

    /// <exception cref="RefusedException">There is no log, or a key can't be read.</exception>
    public (string Folder, IReadOnlyList<AuditKey> Keys) Of(ParseResult parsed)
    {
        string? data = parsed.GetValue(_data);
        AgentOptions? options = data is null
            ? SettingsFile.Load(_settings.File(parsed), SettingsArguments.Overrides(parsed)).Options
            : null;
        string folder = AuditFolder.Find(data ?? options!.DataFolder)
            ?? throw new RefusedException($"There is no audit log in '{Path.GetFullPath(data ?? options!.DataFolder)}'. Name the "
                + $"data folder with --data.");
        try
        {
            string[] files = parsed.GetValue(_keys) ?? [];
            return (folder, files.Length > 0 ? [.. files.Select(file => AuditKey.FromFile(file, "--key-file"))]
                : options is not null && AuditKey.Of(options.Audit) is { } key ? [key, .. AuditKey.EarlierOf(options.Audit)]
                : []);
        }
        catch (SecretFileException fault)
        {
            throw new RefusedException(fault.Message);
        }
    }
}
