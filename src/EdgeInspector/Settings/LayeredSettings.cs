using Microsoft.Extensions.Configuration;

namespace EdgeInspector.Settings;

/// <summary>
/// The settings as a flat list of paths. Unlike the framework's own sources it keeps the order and the case of the file, and knows whether a block or a
/// list stood in the file: such a path has the value <see cref="Block"/> or <see cref="List"/>, whether it is empty or not.
/// </summary>
internal sealed class LayeredSettings : ConfigurationProvider, IConfigurationSource
{
    public const string Block = "{}";
    public const string List = "[]";

    // Stands for a colon within a name (a tag may be called "defect:scratch"), because a path is divided by colons. Private use in Unicode.
    private const char NamedColon = '\uE03A';

    private readonly OrderedDictionary<string, (string Path, string? Value)> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<string>> _children = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A name as part of a path.</summary>
    public static string Escape(string name) => name.Replace(':', NamedColon);

    /// <summary>A part of a path as the name that it stands for.</summary>
    public static string Unescape(string name) => name.Replace(NamedColon, ':');

    /// <summary>Adds what stands in the file; false when the path is there already.</summary>
    public bool Add(string path, string? value)
    {
        if (!_entries.TryAdd(path, (path, value)))
            return false;
        int colon = path.LastIndexOf(':');
        string parent = colon < 0 ? "" : path[..colon];
        if (!_children.TryGetValue(parent, out List<string>? siblings))
            _children[parent] = siblings = [];
        siblings.Add(path[(colon + 1)..]);
        return true;
    }

    /// <summary>Puts a value over that of the file. Names that the file knows keep the file's case.</summary>
    /// <exception cref="SettingsFileException">A part of the path is empty.</exception>
    public void Override(string path, string? value)
    {
        string known = "";
        string[] names = path.Split(':');
        if (names.Contains(""))
            throw new SettingsFileException($"'{path}' is not a setting; write its path as Section:Key, in an environment variable as Section__Key.");
        for (int i = 0; i < names.Length; i++)
        {
            string next = i == 0 ? names[i] : $"{known}:{names[i]}";
            bool isLast = i == names.Length - 1;
            if (!_entries.TryGetValue(next, out (string Path, string? Value) entry))
                Add(next, isLast ? value : null);
            else if (isLast)
                _entries[next] = (entry.Path, value);
            known = entry.Path ?? next;
        }
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override bool TryGet(string key, out string? value)
    {
        bool found = _entries.TryGetValue(key, out (string Path, string? Value) entry);
        value = entry.Value;
        return found;
    }

    public override void Set(string key, string? value) => Override(key, value);

    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
        earlierKeys.Concat(_children.GetValueOrDefault(parentPath ?? "", []));
}
