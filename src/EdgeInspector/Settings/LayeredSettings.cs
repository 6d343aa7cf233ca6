namespace EdgeInspector.Settings;

/// <summary>
/// The settings of all sources as one tree. It keeps the order and the case of the file, and knows of each value where it came from.
/// </summary>
internal sealed class LayeredSettings
{
    private int _added;

    public LayeredSettings() => Root.Set(SettingsShape.Block, null, SettingsOrigin.File);

    /// <summary>The whole; has no name.</summary>
    public SettingsNode Root { get; } = new(null, "", 0);

    /// <summary>All single values, in the order in which their places came: those of the file first.</summary>
    public IEnumerable<SettingsNode> Values
    {
        get
        {
            var values = new List<SettingsNode>();
            var rest = new Stack<SettingsNode>([Root]);
            while (rest.TryPop(out SettingsNode? node))
            {
                if (node.Shape == SettingsShape.Single)
                    values.Add(node);
                foreach (SettingsNode child in node.Children)
                    rest.Push(child);
            }
            return values.OrderBy(node => node.Number);
        }
    }

    /// <summary>What stands at a path as people write it, or null.</summary>
    public SettingsNode? Find(string path) => Root.Find(path);

    /// <summary>What the names lead to, or null.</summary>
    public SettingsNode? Find(IReadOnlyList<string> names)
    {
        SettingsNode? node = Root;
        foreach (string name in names)
            node = node?[name];
        return node;
    }

    /// <summary>Adds a place in which nothing stands yet.</summary>
    /// <param name="parent">A place of this tree.</param>
    /// <param name="name">A name that it does not have yet.</param>
    public SettingsNode Add(SettingsNode parent, string name) => parent.Add(name, ++_added);

    /// <summary>Puts a value that comes from outside over that of the file. Names that the file knows keep the file's case.</summary>
    /// <param name="path">Its names, divided by colons.</param>
    /// <param name="text">The value; null for none. <c>{}</c> and <c>[]</c> are an empty block and an empty list.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <exception cref="SettingsFileException">A part of the path is empty.</exception>
    public void Override(string path, string? text, SettingsOrigin origin)
    {
        string[] names = path.Split(':');
        if (names.Contains(""))
            throw new SettingsFileException(
                $"'{path}' is not a setting; write its path as Section:Key, in an environment variable as Section__Key.");
        SettingsNode node = Reach(names, origin);
        SettingsShape shape = text switch
        {
            null => SettingsShape.Null,
            "{}" => SettingsShape.Block,
            "[]" => SettingsShape.List,
            _ => SettingsShape.Single,
        };
        node.Set(shape, shape == SettingsShape.Single ? text : null, origin);
    }

    /// <summary>Puts a single value at the end of the names.</summary>
    public void Override(IReadOnlyList<string> names, string text, SettingsOrigin origin) =>
        Reach(names, origin).Set(SettingsShape.Single, text, origin);

    /// <summary>
    /// Puts all that stands in a block over the whole: blocks are merged, single values and lists replace what was
    /// there, and null takes it away.
    /// </summary>
    /// <param name="block">Stays as it is.</param>
    /// <param name="origin">Where the values now come from.</param>
    public void Lay(SettingsNode block, SettingsOrigin origin)
    {
        foreach (SettingsNode child in block.Children)
            Lay(child, Root, origin);
    }

    private void Lay(SettingsNode from, SettingsNode parent, SettingsOrigin origin)
    {
        SettingsNode? to = parent[from.Name];
        if (to is not { Shape: SettingsShape.Block } || from.Shape != SettingsShape.Block)
        {
            // A station that a machine does not have, a setting that is to have its default.
            if (from.Shape != SettingsShape.Single)
            {
                parent.Remove(from.Name);
                to = null;
            }
            if (from.Shape == SettingsShape.Null)
                return;
            to ??= Add(parent, from.Name);
            to.Set(from.Shape, from.Text, origin);
        }
        foreach (SettingsNode child in from.Children)
            Lay(child, to, origin);
    }

    /// <summary>The place that the names lead to; those that there are not yet are made.</summary>
    private SettingsNode Reach(IReadOnlyList<string> names, SettingsOrigin origin)
    {
        SettingsNode node = Root;
        foreach (string name in names)
        {
            if (node[name] is not { } next)
            {
                next = Add(node, name);
                next.Set(SettingsShape.Null, null, origin);
            }
            node = next;
        }
        return node;
    }
}
