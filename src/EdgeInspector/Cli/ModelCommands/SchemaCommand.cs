using System.CommandLine;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.Settings.Reference;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary><c>models schema</c>: the schema of a package's own settings.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", $"Prints a JSON Schema of {PackageSettingsFile.FileName}, "
            + "in which a package says what its network leaves open: tags, preprocessing, scores.");
        command.SetAction(_ => Console.Out.Write(SettingsSchema.OfPackage()));
        return command;
    }
}
