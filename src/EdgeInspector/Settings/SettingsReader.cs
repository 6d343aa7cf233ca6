using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace EdgeInspector.Settings;

/// <summary>
/// Turns sources into options, strictly: what is not known, not readable or out of range is a problem, and all problems are found at once.
/// An options type is a record with a parameterless constructor whose property values are the defaults.
/// JSON null keeps the default; a configured list or map replaces it.
/// </summary>
internal sealed class SettingsReader
{
    private readonly List<SettingsProblem> _problems = [];

    private SettingsReader()
    {
    }

    /// <summary>Reads and validates settings.</summary>
    /// <param name="configuration">The sources, from <see cref="SettingsSources"/>.</param>
    /// <param name="ignoredSections">Top-level sections that belong to somebody else.</param>
    public static SettingsResult<T> Read<T>(IConfiguration configuration, params string[] ignoredSections)
        where T : class
    {
        var reader = new SettingsReader();
        var value = (T)reader.ReadBlock(typeof(T), null, configuration, "", ignoredSections);
        return reader._problems.Count == 0 ? new(value, []) : new(null, [.. reader._problems.Distinct()]);
    }

    private object ReadBlock(Type type, object? defaults, IConfiguration block, string path, params string[] ignored)
    {
        object options = defaults is null ? Activator.CreateInstance(type, nonPublic: true)! : Copy(defaults);
        IReadOnlyList<PropertyInfo> properties = SettingProperties.Of(type);
        Dictionary<string, PropertyInfo> known = properties.ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        var present = new Dictionary<string, IConfigurationSection>(StringComparer.OrdinalIgnoreCase);
        bool hasStrangers = false;
        foreach (IConfigurationSection child in block.GetChildren())
        {
            if (known.ContainsKey(child.Key))
            {
                present[child.Key] = child;
            }
            else if (!ignored.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                hasStrangers = true;
                Report(
                    Join(path, LayeredSettings.Unescape(child.Key)),
                    Unknown(LayeredSettings.Unescape(child.Key), known.Values.Select(property => property.Name)));
            }
        }

        var troubled = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyInfo property in properties)
        {
            int before = _problems.Count;
            ReadProperty(
                options, property, present.GetValueOrDefault(property.Name) ?? block.GetSection(property.Name), Join(path, property.Name));
            if (_problems.Count == before && SettingLimits.Problem(property, property.GetValue(options)) is { } problem)
                Report(Join(path, property.Name), problem);
            if (_problems.Count > before)
                troubled.Add(property.Name);
        }

        // The checks of a whole block would only complain again where a value of its own was refused and the default stands in its place.
        if (!hasStrangers && !troubled.Any(name => SettingValue.IsSingle(known[name].PropertyType)))
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
                Report(member is null ? path : Join(path, member), result.ErrorMessage ?? "the value is not allowed.");
        }
    }

    private void ReadProperty(object options, PropertyInfo property, IConfigurationSection node, string path)
    {
        bool isNull = node.Value is null && !node.GetChildren().Any();
        if (SettingValue.IsSingle(property.PropertyType))
        {
            if (!isNull && ReadSingle(
                property.PropertyType, node, path, SettingLimits.Expectation(property), SecretText.IsSecret(property), out object? value))
                property.SetValue(options, value);
            return;
        }
        object? defaults = property.GetValue(options);
        bool isBlock = SettingProperties.ElementOfList(property.PropertyType) is null
            && SettingProperties.ElementOfMap(property.PropertyType) is null;
        // A block that is there by default must be valid even where nothing of it is configured.
        if (!isNull || (isBlock && defaults is not null))
            property.SetValue(options, ReadComposite(property.PropertyType, defaults, node, path) ?? defaults);
    }

    /// <summary>A block, a list or a map; null when something else stands in its place.</summary>
    private object? ReadComposite(Type type, object? defaults, IConfigurationSection node, string path)
    {
        if (SettingProperties.ElementOfList(type) is { } element)
            return IsShaped(node, LayeredSettings.List, "a list, [ … ]", path) ? ReadList(type, element, node, path) : null;
        if (!IsShaped(node, LayeredSettings.Block, "a block, { … }", path))
            return null;
        return SettingProperties.ElementOfMap(type) is { } named ? ReadMap(named, node, path) : ReadBlock(type, defaults, node, path);
    }

    private object ReadMap(Type element, IConfigurationSection node, string path)
    {
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!;
        foreach (IConfigurationSection child in node.GetChildren())
        {
            string name = LayeredSettings.Unescape(child.Key);
            bool isNull = child.Value is null && !child.GetChildren().Any();
            if (!isNull && ReadElement(element, child, Join(path, name), out object? value))
                map[name] = value;
        }
        return map;
    }

    private object ReadList(Type type, Type element, IConfigurationSection node, string path)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        var entries = new SortedDictionary<int, IConfigurationSection>();
        foreach (IConfigurationSection child in node.GetChildren())
        {
            if (int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                entries[index] = child;
            else
                Report(Join(path, LayeredSettings.Unescape(child.Key)), "the entries of a list are numbered from 0; this is a name.");
        }
        foreach ((int index, IConfigurationSection child) in entries)
        {
            if (child.Value is null && !child.GetChildren().Any())
                Report(Join(path, index.ToString(CultureInfo.InvariantCulture)), "the entry is null; remove it or give a value.");
            else if (ReadElement(element, child, Join(path, index.ToString(CultureInfo.InvariantCulture)), out object? value))
                list.Add(value);
        }
        if (!type.IsArray)
            return list;
        var array = Array.CreateInstance(element, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    private bool ReadElement(Type type, IConfigurationSection node, string path, out object? value)
    {
        if (SettingValue.IsSingle(type))
            return ReadSingle(type, node, path, SettingValue.FormOf(type), isSecret: false, out value);
        value = ReadComposite(type, null, node, path);
        return value is not null;
    }

    private bool ReadSingle(Type type, IConfigurationSection node, string path, string expectation, bool isSecret, out object? value)
    {
        value = null;
        if (node.Value is null or LayeredSettings.Block or LayeredSettings.List || node.GetChildren().Any())
        {
            Report(path, $"a {(node.Value == LayeredSettings.List ? "list" : "block")} stands here; give {expectation}.");
            return false;
        }
        if (node.Value.Contains('\0'))
        {
            Report(
                path,
                $"the text holds the character NUL, with which no program, file system or broker can do anything; give {expectation}.");
            return false;
        }
        if (SettingValue.TryRead(type, node.Value, out value))
            return true;
        string shown = isSecret ? "the value" : SettingLimits.Quote(node.Value);
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        string meant = plain.IsEnum && NearestName.Of(node.Value, Enum.GetNames(plain)) is { } name ? $" Did you mean {name}?" : "";
        Report(path, $"{shown} cannot be read; give {expectation}.{meant}{(isSecret ? "" : SettingValue.Hint(type, node.Value))}");
        return false;
    }

    private bool IsShaped(IConfigurationSection node, string shape, string expectation, string path)
    {
        // The environment and the command line create the blocks that they need, with null as value.
        if (node.Value is null || node.Value == shape)
            return true;
        string found = node.Value switch
        {
            LayeredSettings.Block => "a block, { … }, stands here",
            LayeredSettings.List => "a list, [ … ], stands here",
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

    // A default may be shared between instances; it must not change. Records copy themselves.
    private static object Copy(object defaults) =>
        defaults.GetType().GetMethod("<Clone>$")?.Invoke(defaults, null) ?? Activator.CreateInstance(defaults.GetType(), nonPublic: true)!;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    private void Report(string path, string explanation) => _problems.Add(new SettingsProblem(path, explanation));
}
