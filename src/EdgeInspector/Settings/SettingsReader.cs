using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace EdgeInspector.Settings;

/// <summary>
/// Turns sources into options, strictly: an unknown name, an unreadable value or one out of range is a problem, and all problems are found
/// at once. An options type is a record with a parameterless constructor whose property values are the defaults. JSON null keeps the
/// default; a configured list or map replaces it.
/// </summary>
internal sealed class SettingsReader
{
    // Stands for a place that no source mentions.
    private static readonly SettingsNode Absent = new(null, "", 0);

    private readonly List<SettingsProblem> _problems = [];

    private SettingsReader()
    {
    }

    /// <summary>Reads and validates settings.</summary>
    /// <param name="settings">The sources, from <see cref="SettingsSources"/>.</param>
    /// <param name="ignoredSections">Top-level sections that another part of the program reads.</param>
    public static SettingsResult<T> Read<T>(LayeredSettings settings, params string[] ignoredSections)
        where T : class
    {
        var reader = new SettingsReader();
        var value = (T)reader.ReadBlock(typeof(T), null, settings.Root, "", ignoredSections);
        return reader._problems.Count == 0 ? new(value, []) : new(null, [.. reader._problems.Distinct()]);
    }

    private object ReadBlock(Type type, object? defaults, SettingsNode block, string path, params string[] ignored)
    {
        object options = defaults is null ? Activator.CreateInstance(type, nonPublic: true)! : Copy(defaults);
        IReadOnlyList<PropertyInfo> properties = SettingProperties.Of(type);
        Dictionary<string, PropertyInfo> known = properties.ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        List<string> strangers =
        [
            .. block.Children.Select(child => child.Name)
                .Where(name => !known.ContainsKey(name) && !ignored.Contains(name, StringComparer.OrdinalIgnoreCase)),
        ];
        foreach (string name in strangers)
            Report(SettingsNode.Join(path, name), Unknown(name, known.Values.Select(property => property.Name)));

        var troubled = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyInfo property in properties)
        {
            int before = _problems.Count;
            ReadProperty(options, property, block[property.Name] ?? Absent, SettingsNode.Join(path, property.Name));
            if (_problems.Count == before && SettingLimits.Problem(property, property.GetValue(options)) is { } problem)
                Report(SettingsNode.Join(path, property.Name), problem);
            if (_problems.Count > before)
                troubled.Add(property.Name);
        }

        // If a value of a block was refused and the default stands in its place, the checks of the whole block would only complain again.
        if (strangers.Count == 0 && !troubled.Any(name => SettingValue.IsSingle(known[name].PropertyType)))
            CheckAsWhole(options, path, troubled);
        return options;
    }

    private void CheckAsWhole(object options, string path, HashSet<string> troubled)
    {
        if (options is not IValidatableObject validatable)
            return;
        foreach (ValidationResult result in validatable.Validate(new ValidationContext(options)))
        {
            string? member = result.MemberNames.FirstOrDefault();
            if (member is null || !troubled.Contains(member.Split(':')[0]))
                Report(member is null ? path : SettingsNode.Join(path, member), result.ErrorMessage ?? "the value is not allowed.");
        }
    }

    private void ReadProperty(object options, PropertyInfo property, SettingsNode node, string path)
    {
        if (SettingValue.IsSingle(property.PropertyType))
        {
            if (!node.IsNothing && ReadSingle(
                property.PropertyType, node, path, SettingLimits.Expectation(property), SecretText.IsSecret(property), out object? value))
                property.SetValue(options, value);
            return;
        }
        object? defaults = property.GetValue(options);
        bool isBlock = SettingProperties.ElementOfList(property.PropertyType) is null
            && SettingProperties.ElementOfMap(property.PropertyType) is null;
        // A block that exists by default must be valid even where no source configures it.
        if (!node.IsNothing || (isBlock && defaults is not null))
            property.SetValue(options, ReadComposite(property.PropertyType, defaults, node, path) ?? defaults);
    }

    /// <summary>A block, a list or a map; null when the place has another shape.</summary>
    private object? ReadComposite(Type type, object? defaults, SettingsNode node, string path)
    {
        if (SettingProperties.ElementOfList(type) is { } element)
            return IsShaped(node, SettingsShape.List, "a list, [ … ]", path) ? ReadList(type, element, node, path) : null;
        if (!IsShaped(node, SettingsShape.Block, "a block, { … }", path))
            return null;
        return SettingProperties.ElementOfMap(type) is { } named ? ReadMap(named, node, path) : ReadBlock(type, defaults, node, path);
    }

    private object ReadMap(Type element, SettingsNode node, string path)
    {
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!;
        foreach (SettingsNode child in node.Children)
        {
            if (!child.IsNothing && ReadElement(element, child, SettingsNode.Join(path, child.Name), out object? value))
                map[child.Name] = value;
        }
        return map;
    }

    private object ReadList(Type type, Type element, SettingsNode node, string path)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        var entries = new SortedDictionary<int, SettingsNode>();
        foreach (SettingsNode child in node.Children)
        {
            if (int.TryParse(child.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                entries[index] = child;
            else
                Report(SettingsNode.Join(path, child.Name), "the entries of a list are numbered from 0; this is a name.");
        }
        foreach ((int index, SettingsNode child) in entries)
        {
            string place = SettingsNode.Join(path, index.ToString(CultureInfo.InvariantCulture));
            if (child.IsNothing)
                Report(place, "the entry is null; remove it or give a value.");
            else if (ReadElement(element, child, place, out object? value))
                list.Add(value);
        }
        if (!type.IsArray)
            return list;
        var array = Array.CreateInstance(element, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    private bool ReadElement(Type type, SettingsNode node, string path, out object? value)
    {
        if (SettingValue.IsSingle(type))
            return ReadSingle(type, node, path, SettingValue.FormOf(type), isSecret: false, out value);
        value = ReadComposite(type, null, node, path);
        return value is not null;
    }

    private bool ReadSingle(Type type, SettingsNode node, string path, string expectation, bool isSecret, out object? value)
    {
        value = null;
        if (node.Text is null || node.Children.Count > 0)
        {
            Report(path, $"a {(node.Shape == SettingsShape.List ? "list" : "block")} stands here; give {expectation}.");
            return false;
        }
        if (node.Text.Contains('\0'))
        {
            Report(
                path,
                $"the text holds the character NUL, with which no program, file system or broker can do anything; give {expectation}.");
            return false;
        }
        if (SettingValue.TryRead(type, node.Text, out value))
            return true;
        string shown = isSecret ? "the value" : SettingLimits.Quote(node.Text);
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        string meant = plain.IsEnum && NearestName.Of(node.Text, Enum.GetNames(plain)) is { } name ? $" Did you mean {name}?" : "";
        Report(path, $"{shown} cannot be read; give {expectation}.{meant}{(isSecret ? "" : SettingValue.Hint(type, node.Text))}");
        return false;
    }

    private bool IsShaped(SettingsNode node, SettingsShape shape, string expectation, string path)
    {
        // The environment and the command line create the blocks that they need, without content.
        if (node.Shape == SettingsShape.Null || node.Shape == shape)
            return true;
        string found = node.Shape switch
        {
            SettingsShape.Block => "a block, { … }, stands here",
            SettingsShape.List => "a list, [ … ], stands here",
            _ => "a single value stands here",
        };
        Report(path, $"{found}; give {expectation}.");
        return false;
    }

    private static string Unknown(string name, IEnumerable<string> known)
    {
        List<string> names = [.. known];
        return "this setting is not known; " + (NearestName.Of(name, names) is { } near
            ? $"did you mean {near}?"
            : names.Count == 0 ? "remove it." : $"remove it, or write one of {string.Join(", ", names)}.");
    }

    // A default may be shared between instances, so it must not change. Records copy themselves.
    private static object Copy(object defaults) =>
        defaults.GetType().GetMethod("<Clone>$")?.Invoke(defaults, null) ?? Activator.CreateInstance(defaults.GetType(), nonPublic: true)!;

    private void Report(string path, string explanation) => _problems.Add(new SettingsProblem(path, explanation));
}
