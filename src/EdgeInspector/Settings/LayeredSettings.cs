using Microsoft.Extensions.Configuration;

namespace EdgeInspector.Settings;

/// <summary>
/// The settings as a flat list of paths. Unlike the framework's own sources it keeps the order and the case of the file,
/// knows where each value came from, and whether a block or a list stood in the file: such a path has the value <see cref="Block"/>
/// or <see cref="List"/>, whether it is empty or not.
/// </summary>
internal sealed class LayeredSettings : ConfigurationProvider, IConfigurationSource
{
    public const string Block = "{}";
    public const string List = "[]";

    // Stands for a colon within a name (a tag may be called "defect:scratch"), because a path is divided by colons. Private use in Unicode.
    private const char NamedColon = '\uE03A';

    private readonly OrderedDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<string>> _children = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every path with what stands there and where it came from, in the order of the file.</summary>
    public IEnumerable<Entry> Entries => _entries.Values;

    /// <summary>A name as part of a path.</summary>
    public static string Escape(string name) => name.Replace(':', NamedColon);

    /// <summary>A part of a path as the name that it stands for.</summary>
    public static string Unescape(string name) => name.Replace(NamedColon, ':');

    /// <summary>What stands at a path, or null.</summary>
    public Entry? Find(string path) => _entries.TryGetValue(path, out Entry? entry) ? entry : null;

    /// <summary>The names below a path; of the whole for an empty one.</summary>
    public IReadOnlyList<string> ChildrenOf(string path) => _children.GetValueOrDefault(path, []);

    /// <summary>Adds what stands in the file; false when the path is there already.</summary>
    public bool Add(string path, string? value, SettingsOrigin origin = SettingsOrigin.File)
    {
        if (!_entries.TryAdd(path, new Entry(path, value, origin)))
            return false;
        (string parent, string name) = Divide(path);
        if (!_children.TryGetValue(parent, out List<string>? siblings))
            _children[parent] = siblings = [];
        siblings.Add(name);
        return true;
    }

    /// <summary>Puts a value over that of the file. Names that the file knows keep the file's case.</summary>
    /// <exception cref="SettingsFileException">A part of the path is empty.</exception>
    public void Override(string path, string? value, SettingsOrigin origin)
    {
        string known = "";
        string[] names = path.Split(':');
        if (names.Contains(""))
            throw new SettingsFileException(
                $"'{path}' is not a setting; write its path as Section:Key, in an environment variable as Section__Key.");
        for (int i = 0; i < names.Length; i++)
        {
            string next = i == 0 ? names[i] : $"{known}:{names[i]}";
            bool isLast = i == names.Length - 1;
            if (!_entries.TryGetValue(next, out Entry? entry))
                Add(next, isLast ? value : null, origin);
            else if (isLast)
                _entries[next] = new Entry(entry.Path, value, origin);
            known = entry?.Path ?? next;
        }
    }

    /// <summary>
    /// Puts all that stands below a path over the whole: blocks are merged, single values and lists replace what was
    /// there, and null takes it away.
    /// </summary>
    /// <param name="block">The path; stays as it is.</param>
    /// <param name="origin">Where the values now come from.</param>
    public void Lay(string block, SettingsOrigin origin)
    {
        foreach (string name in ChildrenOf(block).ToArray())
            Lay($"{block}:{name}", name, origin);
    }

    /// <summary>Takes a path away with all that stands below it.</summary>
    public void Remove(string path)
    {
        if (!_entries.Remove(path))
            return;
        foreach (string name in ChildrenOf(path).ToArray())
            Remove($"{path}:{name}");
        _children.Remove(path);
        (string parent, string own) = Divide(path);
        _children[parent].RemoveAll(name => name.Equals(own, StringComparison.OrdinalIgnoreCase));
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override bool TryGet(string key, out string? value)
    {
        bool found = _entries.TryGetValue(key, out Entry? entry);
        value = entry?.Value;
        return found;
    }

    public override void Set(string key, string? value) => Override(key, value, SettingsOrigin.Argument);

    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
        earlierKeys.Concat(ChildrenOf(parentPath ?? ""));

    private void Lay(string from, string to, SettingsOrigin origin)
    {
        string? value = _entries[from].Value;
        bool merges = value == Block && Find(to) is { Value: Block };
        if (!merges)
        {
            // A station that a machine does not have, a setting that is to have its default.
            if (value is null or Block or List)
                Remove(to);
            if (value is null)
                return;
            Override(to, value, origin);
        }
        foreach (string name in ChildrenOf(from).ToArray())
            Lay($"{from}:{name}", $"{to}:{name}", origin);
    }

    private static (string Parent, string Name) Divide(string path)
    {
        int colon = path.LastIndexOf(':');
        return (colon < 0 ? "" : path[..colon], path[(colon + 1)..]);
    }

    /// <summary>What stands at a path.</summary>
    /// <param name="Path">In the case of the one who wrote it first.</param>
    /// <param name="Value">Null for JSON's null, and for blocks that only hold what was put over the file.</param>
    /// <param name="Origin">Where it came from.</param>
    internal sealed record Entry(string Path, string? Value, SettingsOrigin Origin);
}
