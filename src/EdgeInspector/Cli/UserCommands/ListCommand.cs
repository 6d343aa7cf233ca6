using System.CommandLine;
using System.Globalization;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Web.Users;

namespace EdgeInspector.Cli.UserCommands;

/// <summary><c>users list</c>: who may sign in.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "Shows who may sign in, and what they may do.");
        var place = new UserPlace(command);
        command.SetAction(parsed => place.With(parsed, users =>
        {
            IReadOnlyList<User> all = users.Read();
            foreach (User user in all.OrderBy(user => user.Name, StringComparer.OrdinalIgnoreCase))
            {
                string since = user.Since.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                Console.WriteLine($"{PrintableText.Of(user.Name),-24} {user.Role.ToString().ToLowerInvariant(),-10} since {since}");
            }
            if (all.Count == 0)
                Console.Error.WriteLine("There are no users. Add one: EdgeInspector users add NAME --role administer");
            return null;
        }));
        return command;
    }
}
