namespace EdgeInspector.Settings;

/// <summary>One place in the tree of the settings: a single value, a block or a list.</summary>
/// <param name="parent">The block or list in which the place stands; null for the whole.</param>
/// <param name="name">The place's name there; in a list, its number.</param>
/// <param name="number">How many places were in the tree before this one.</param>
internal sealed class SettingsNode(SettingsNode? parent, string name, int number)
{
    // Made only when there is a child: most places hold a single value.
    private OrderedDictionary<string, SettingsNode>? _children;

    /// <summary>The name as the first source spelt it; may hold colons, as that of the tag <c>defect:scratch</c>.</summary>
    public string Name => name;

    /// <summary>Grows with each place that is added to the tree.</summary>
    public int Number => number;

    /// <summary>The shape of the value. A single value may have children too, where the sources contradict each other.</summary>
    public SettingsShape Shape { get; private set; }

    /// <summary>The single value; null for every other shape.</summary>
    public string? Text { get; private set; }

    /// <summary>Where the value came from.</summary>
    public SettingsOrigin Origin { get; private set; }

    /// <summary>The places below this one, in the order of the file.</summary>
    public IReadOnlyList<SettingsNode> Children => _children is null ? [] : _children.Values;

    /// <summary>True when no source says anything here, so that the default counts.</summary>
    public bool IsNothing => Shape == SettingsShape.Null && Children.Count == 0;

    /// <summary>
    /// The names that lead here, as people write them: <c>Stations:weld-3:Threshold</c>. A colon within a name looks like any other colon.
    /// </summary>
    public string Path
    {
        get
        {
            var names = new Stack<string>();
            for (SettingsNode node = this; node.Parent is { } above; node = above)
                names.Push(node.Name);
            return string.Join(':', names);
        }
    }

    private SettingsNode? Parent => parent;

    /// <summary>The child with this name, in any case; or null.</summary>
    public SettingsNode? this[string child] => _children?.GetValueOrDefault(child);

    /// <summary>The place with this <see cref="Path"/> below this one, also where one of the names holds a colon; or null.</summary>
    public SettingsNode? Find(string path)
    {
        for (int colon = path.IndexOf(':'); colon >= 0; colon = path.IndexOf(':', colon + 1))
        {
            if (this[path[..colon]]?.Find(path[(colon + 1)..]) is { } found)
                return found;
        }
        return this[path];
    }

    /// <summary>A path with one more name.</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    /// <summary>Sets the value. The children stay.</summary>
    public void Set(SettingsShape shape, string? text, SettingsOrigin origin) => (Shape, Text, Origin) = (shape, text, origin);

    /// <summary>Adds a child, as the last one.</summary>
    /// <param name="child">The child's name, which no other child has.</param>
    /// <param name="childNumber">How many places were in the tree before.</param>
    public SettingsNode Add(string child, int childNumber)
    {
        var node = new SettingsNode(this, child, childNumber);
        (_children ??= new(StringComparer.OrdinalIgnoreCase)).Add(child, node);
        return node;
    }

    /// <summary>Removes a child with everything below it.</summary>
    public void Remove(string child) => _children?.Remove(child);
}
