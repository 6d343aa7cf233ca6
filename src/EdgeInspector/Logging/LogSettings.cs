using EdgeInspector.Settings;
using Microsoft.Extensions.Configuration;
using Serilog;
using Serilog.Settings.Configuration;

namespace EdgeInspector.Logging;

/// <summary>Applies the section of the settings that is Serilog's own: it changes levels and adds sinks.</summary>
internal static class LogSettings
{
    /// <summary>The section.</summary>
    public const string Section = "Serilog";

    /// <summary>What may stand there.</summary>
    public const string Example = "{ \"MinimumLevel\": { \"Default\": \"Information\" } }";

    private static readonly string[] SectionKeys =
        ["AuditTo", "Destructure", "Enrich", "Filter", "FilterSwitches", "LevelSwitches", "MinimumLevel", "Properties", "Using", "WriteTo"];

    /// <summary>Applies the section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="log">The log in the making.</param>
    /// <exception cref="RefusedException">The section is no block, or holds names that Serilog does not know.</exception>
    public static void Apply(SettingsNode section, LoggerConfiguration log)
    {
        if (section.Shape is not (SettingsShape.Null or SettingsShape.Block))
            throw new RefusedException($"{Section}: a single value or a list stands here; give a block such as {Example}.");
        List<string> strangers =
        [
            .. section.Children.Select(child => child.Name).Where(key => !SectionKeys.Contains(key, StringComparer.OrdinalIgnoreCase)),
        ];
        if (strangers.Count > 0)
        {
            throw new RefusedException([.. strangers.Select(key =>
                $"{Section}:{key}: this setting is not known; " + (NearestName.Of(key, SectionKeys) is { } near
                    ? $"did you mean {near}?"
                    : $"remove it, or write one of {string.Join(", ", SectionKeys)}."))]);
        }
        log.ReadFrom.Configuration(
            AsConfiguration(section),
            // Named, because in a single file there are no assemblies to search.
            new ConfigurationReaderOptions(
                typeof(ConsoleLoggerConfigurationExtensions).Assembly, typeof(FileLoggerConfigurationExtensions).Assembly)
            {
                SectionName = Section,
            });
    }

    /// <summary>
    /// The section as Serilog wants it: its single values by their paths. The framework knows no names with colons and divides them.
    /// </summary>
    private static IConfiguration AsConfiguration(SettingsNode section)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var rest = new Stack<(string Path, SettingsNode Node)>([(Section, section)]);
        while (rest.TryPop(out (string Path, SettingsNode Node) next))
        {
            if (next.Node.Text is { } text)
                values[next.Path] = text;
            foreach (SettingsNode child in next.Node.Children)
                rest.Push((SettingsNode.Join(next.Path, child.Name), child));
        }
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }
}
