using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Settings.Reference;

/// <summary>Writes the reference of all settings as Markdown, from the options classes; makes docs/settings.md.</summary>
internal sealed class SettingsReference
{
    private readonly StringBuilder _page = new();
    private readonly SummaryTexts _summaries = new();

    private SettingsReference()
    {
    }

    /// <summary>The whole page.</summary>
    public static string Write(Type options)
    {
        var reference = new SettingsReference();
        reference.Line(
            """
            # Settings

            Written by `EdgeInspector config reference` from the program itself; don't change it by hand.
            How settings are put together, for one machine or a hundred, and where secrets belong: [it.md](it.md).
            Which of them matter on the first day: [integrator.md](integrator.md).

            - A path such as `Mqtt:Host` is `{ "Mqtt": { "Host": "…" } }` in the file, `--Mqtt:Host=…` on the command line
              and `EDGEINSPECTOR_Mqtt__Host` in the environment. `STATION`, `TAG` and `NAME` stand for names of your own,
              `0` for the place in a list.
            - Durations are written `150ms`, `2s`, `5m`, `1h`, `30d` or `00:00:02`. Relative paths are relative to the settings file.
              The case of letters does not count.
            - **Live** settings take effect within two seconds after the file was saved, between two parts;
              all others with the next start. A file with a secret is read again at each use.
            - What is not known, not readable or out of range is refused with a sentence, and all mistakes at once:
              `EdgeInspector config check`.
            - `Machines:NAME` holds settings for one machine of many, `Serilog` those of the log ([it.md](it.md)).
            """);
        reference.Block(options, "");
        return reference._page.ToString().ReplaceLineEndings("\n");
    }

    private void Block(Type block, string path)
    {
        object defaults = Activator.CreateInstance(block, nonPublic: true)!;
        IReadOnlyList<PropertyInfo> properties = SettingProperties.Of(block);
        // Old names are left out: whoever uses one gets a sentence that tells the new name.
        properties = [.. properties.Where(property => !property.IsDefined(typeof(RenamedAttribute)))];
        List<PropertyInfo> own = [.. properties.Where(property => BlockOf(property) is null)];
        if (own.Count > 0)
        {
            Line($"\n## {(path.Length == 0 ? "At the top" : $"`{path}`")}\n");
            string about = path.Length == 0 ? "" : _summaries.Of(block);
            if (about.Length > 0)
                Line($"{FilledText.Of(about)}\n");
            Line("| setting | may be | default | |");
            Line("|---|---|---|---|");
            foreach (PropertyInfo property in own)
                Row(property, path, property.GetValue(defaults));
        }
        foreach (PropertyInfo property in properties)
        {
            if (BlockOf(property) is { } inner)
                Block(inner, Join(path, property.Name) + Placeholder(property));
        }
    }

    private void Row(PropertyInfo property, string path, object? value)
    {
        string remarks = string.Join(" ", new[]
        {
            IsLive(property) ? "**Live.**" : "",
            SecretText.IsSecret(property) ? "**Secret.**" : SecretText.NamesSecretFile(property) ? "**File with a secret.**" : "",
            _summaries.Of(property),
            Choices(property.PropertyType),
        }.Where(text => text.Length > 0));
        Line($"| `{Join(path, property.Name)}` | {Cell(Expectation(property))} | {Cell(Default(property, value))} | {Cell(remarks)} |");
    }

    /// <summary>True for rules and thresholds, which are put in force while the agent runs; see <c>Agent.Apply</c>.</summary>
    private static bool IsLive(PropertyInfo property) =>
        property.DeclaringType == typeof(RuleOptions) || property.DeclaringType == typeof(TagRuleOptions);

    /// <summary>The type of the block, or of the blocks in a list or map; null for values, and for lists and maps of values.</summary>
    private static Type? BlockOf(PropertyInfo property)
    {
        Type type = SettingProperties.ElementOfList(property.PropertyType) ?? SettingProperties.ElementOfMap(property.PropertyType)
            ?? property.PropertyType;
        return SettingValue.IsSingle(type) ? null : type;
    }

    private static string Placeholder(PropertyInfo property) =>
        SettingProperties.ElementOfList(property.PropertyType) is not null ? ":0"
        : SettingProperties.ElementOfMap(property.PropertyType) is null ? ""
        : property.Name switch
        {
            "Stations" => ":STATION",
            "Rules" => ":TAG",
            _ => ":NAME",
        };

    private static string Expectation(PropertyInfo property)
    {
        if (SettingProperties.ElementOfMap(property.PropertyType) is { } named)
            return $"a block; each name with {SettingValue.FormOf(named)}";
        return SettingProperties.ElementOfList(property.PropertyType) is { } element
            ? $"a list; each {SettingValue.FormOf(element)}"
            : SettingLimits.Expectation(property, withExample: false).Replace(Duration.Form, "a duration", StringComparison.Ordinal);
    }

    private string Choices(Type type)
    {
        Type plain = SettingProperties.ElementOfList(type) ?? Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum
            ? string.Join(" ", Enum.GetNames(plain).Select(name => (name, about: _summaries.Of(plain.GetField(name)!))).Where(
                choice => choice.about.Length > 0)
                .Select(choice => $"`{choice.name}`: {Uncapitalised(choice.about)}"))
            : "";
    }

    private static string Default(PropertyInfo property, object? value) => value switch
    {
        null or "" when property.IsDefined(typeof(RequiredAttribute)) => "required",
        null => "",
        string text => $"`{text}`",
        bool truth => truth ? "`true`" : "`false`",
        TimeSpan duration => $"`{Duration.Format(duration)}`",
        System.Collections.IDictionary map => map.Count == 0 ? "empty" : "some",
        System.Collections.IEnumerable list => $"`[{string.Join(", ", list.Cast<object>().Select(element => $"\"{element}\""))}]`",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    private static string Uncapitalised(string text) =>
        text.Length > 1 && !char.IsUpper(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    private void Line(string text) => _page.Append(text).Append('\n');
}
