using System.CommandLine;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Printing;
using EdgeInspector.Web.Users;
using Spectre.Console;

namespace EdgeInspector.Cli.UserCommands;

/// <summary><c>users add</c>: adds a user, or gives one another password and role.</summary>
internal static class AddCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The user's name." };
        var role = new Option<Role>("--role")
        {
            Description = "What the user may do, each with what stands before it: look; operate (pause, trigger, change models); "
                + "judge (thresholds, references); administer (log, audit, who is signed in).",
            DefaultValueFactory = _ => Role.Look,
            HelpName = "look|operate|judge|administer",
        };
        var file = new Option<string?>("--password-file")
        {
            Description = "File whose first line is the password. Default: it is asked for, or read from standard input.",
            HelpName = "FILE",
        };
        var command = new Command("add", "Adds a user, or gives one another password and role; earlier sign-ins of the user end.")
        {
            name, role, file,
        };
        var place = new UserPlace(command);
        command.SetAction(parsed =>
        {
            // Read before the settings, whose folder then becomes the working folder.
            string password = Password(parsed.GetValue(file));
            (string who, Role may) = (parsed.GetRequiredValue(name), parsed.GetValue(role));
            return place.With(parsed, users =>
            {
                if (users.Add(who, may, password, DateTimeOffset.UtcNow) is { } problem)
                    throw new RefusedException(problem);
                Console.WriteLine($"{who} may sign in, with the role {may.ToString().ToLowerInvariant()}.");
                return new AuditEntry("user", DateTimeOffset.UtcNow)
                {
                    What = "added",
                    Name = who,
                    Action = may.ToString().ToLowerInvariant(),
                    By = Environment.UserName,
                    From = "command line",
                };
            });
        });
        return command;
    }

    private static string Password(string? file)
    {
        try
        {
            if (file is not null)
                return SecretFile.Read(Path.GetFullPath(file), "--password-file");
        }
        catch (SecretFileException fault)
        {
            throw new RefusedException(fault.Message);
        }
        if (Console.IsInputRedirected)
            return Console.In.ReadLine() ?? throw new RefusedException("Write the password on standard input, or name --password-file.");
        string password = Terminal.Messages.Prompt(new TextPrompt<string>("Password:").Secret());
        string again = Terminal.Messages.Prompt(new TextPrompt<string>("Once more:").Secret());
        return password == again ? password : throw new RefusedException("The two passwords differ.");
    }
}
