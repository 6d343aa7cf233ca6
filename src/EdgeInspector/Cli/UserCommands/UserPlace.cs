using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Settings;
using EdgeInspector.Web.Users;

namespace EdgeInspector.Cli.UserCommands;

/// <summary>Where the users lie: in the data folder of the settings, or in the one that is named.</summary>
internal sealed class UserPlace
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "The data folder. Default: DataFolder of the settings, which are not read where this is given.",
        HelpName = "FOLDER",
    };

    private readonly SettingsArguments _settings;

    public UserPlace(Command command)
    {
        command.Options.Add(_data);
        _settings = new SettingsArguments(command, parsed => parsed.GetValue(_data) is null);
    }

    /// <summary>Does something with the users.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="act">Does it, and returns what the audit log is to note; null: nothing.</param>
    /// <exception cref="RefusedException">The users can't be read or written.</exception>
    public int With(ParseResult parsed, Func<UserFile, AuditEntry?> act)
    {
        AgentOptions options = parsed.GetValue(_data) is { } data
            ? new AgentOptions { DataFolder = data }
            : SettingsFile.Load(_settings.File(parsed), SettingsArguments.Overrides(parsed)).Options;
        if (FileFacts.Of(Path.GetFullPath(options.DataFolder))?.Owner is { } owner && owner != Environment.UserName)
            throw new RefusedException(
                $"The data folder '{options.DataFolder}' belongs to user {owner}, and the agent could not read what you write there. "
                + $"Run it as that user, such as: sudo -u {owner} EdgeInspector users …");
        try
        {
            if (act(new UserFile(options.DataFolder)) is not { } entry)
                return ExitCode.Done;
            if (parsed.GetValue(_data) is null)
                Note(options, entry);
            else
                Console.Error.WriteLine("With --data no settings are read, so that an audit log tells of this only where the agent runs.");
            return ExitCode.Done;
        }
        catch (UserFileException fault)
        {
            throw new RefusedException($"{fault.Message} Run it as the user of the service.");
        }
    }

    private static void Note(AgentOptions options, AuditEntry entry)
    {
        try
        {
            using DataFolderLock held = DataFolderLock.Take(options.DataFolder, "the command users");
            AuditNote.Write(options.DataFolder, options.Audit, entry, TimeProvider.System);
        }
        catch (DataFolderException)
        {
            // An agent runs and writes the log. With a console it sees what changed, and notes that within seconds.
            if (options.Http is not { Listen: not null, Console.Enabled: true })
                Console.Error.WriteLine("An agent without a console uses the data folder, so that the audit log does not tell of this.");
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is SecretFileException)
        {
            Console.Error.WriteLine($"The audit log does not tell of this: {fault.Message}");
        }
    }
}
