using System.CommandLine;
using EdgeInspector.Delivery.Audit;

namespace EdgeInspector.Cli.UserCommands;

/// <summary><c>users remove</c>: removes a user; whoever is signed in under the name is signed out within half a minute.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The user's name." };
        var command = new Command("remove", "Removes a user, and signs the user out.") { name };
        var place = new UserPlace(command);
        command.SetAction(parsed => place.With(parsed, users =>
        {
            string who = parsed.GetRequiredValue(name);
            if (!users.Remove(who))
                throw new RefusedException($"There is no user '{who}'. See who there is: EdgeInspector users list");
            Console.WriteLine($"{who} may not sign in any more.");
            return new AuditEntry("user", DateTimeOffset.UtcNow)
            {
                What = "removed",
                Name = who,
                By = Environment.UserName,
                From = "command line",
            };
        }));
        return command;
    }
}
