using EdgeInspector.ModelStore.Packages;
using Onnx;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>A graph that is rewritten node by node, with what is known of the graph's values, and the list of changes.</summary>
internal sealed class OldGraph
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ranks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeProto> _writers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NodeProto>> _readers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<NodeProto> _done = [];
    private readonly List<string> _order = [];
    private readonly Dictionary<string, int> _notes = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _dropped = new(StringComparer.Ordinal);

    public OldGraph(GraphProto graph)
    {
        _graph = graph;
        foreach (ValueInfoProto input in graph.Input)
        {
            _names.Add(input.Name);
            if (input.Type?.TensorType?.Shape is { } shape)
                _ranks[input.Name] = shape.Dim.Count;
        }
        foreach (TensorProto constant in graph.Initializer)
            KnowConstant(constant.Name, constant);
        // An operand or output without a name is left out.
        foreach (NodeProto node in graph.Node)
        {
            foreach (string value in node.Output.Where(value => value.Length > 0))
            {
                _names.Add(value);
                _writers.TryAdd(value, node);
            }
            foreach (string value in node.Input.Where(value => value.Length > 0))
            {
                if (_readers.TryGetValue(value, out List<NodeProto>? readers))
                    readers.Add(node);
                else
                    _readers.Add(value, [node]);
            }
        }
    }

    public IEnumerable<ValueInfoProto> Outputs => _graph.Output;

    public bool IsOutput(string value) => _graph.Output.Any(output => output.Name == value);

    /// <summary>The node that computes a value, or null.</summary>
    public NodeProto? WriterOf(string value) => _writers.GetValueOrDefault(value);

    public IReadOnlyList<NodeProto> ReadersOf(string value) => _readers.GetValueOrDefault(value) ?? [];

    /// <summary>Number of a value's axes, where it is known.</summary>
    public int? RankOf(string value) => _ranks.TryGetValue(value, out int rank) ? rank : null;

    public TensorProto? ConstantOf(string value) => _constants.GetValueOrDefault(value);

    public void KnowRank(string value, int? rank)
    {
        if (rank is { } known)
            _ranks[value] = known;
    }

    public void KnowConstant(string value, TensorProto constant)
    {
        _names.Add(value);
        _constants[value] = constant;
        _ranks[value] = constant.Dims.Count;
    }

    /// <summary>A name that no value has.</summary>
    public string NewName(string stem)
    {
        for (int i = 1; ; i++)
        {
            string name = $"{stem}_converted{i}";
            if (_names.Add(name))
                return name;
        }
    }

    /// <summary>
    /// Sends every node through its mend, writers before readers. Nodes that a mend adds stand before the node; a node that a mend gives up
    /// is left out.
    /// </summary>
    /// <param name="mend">Returns true when the node stays.</param>
    public void Rewrite(Func<NodeProto, OldGraph, bool> mend)
    {
        foreach (NodeProto node in WritersFirst())
        {
            if (mend(node, this))
                Add(node);
        }
        _graph.Node.Clear();
        _graph.Node.Add(_done);
    }

    /// <summary>
    /// Sorts the nodes: the exports of spring 2018 do not keep the order that the format asks for, so a MaxPool may stand before the
    /// LegacyPadding that it reads.
    /// </summary>
    private List<NodeProto> WritersFirst()
    {
        var places = new Dictionary<NodeProto, int>(ReferenceEqualityComparer.Instance);
        foreach (NodeProto node in _graph.Node)
            places.Add(node, places.Count);
        int[] waitsFor = [.. _graph.Node.Select(node => node.Input.Count(_writers.ContainsKey))];
        var ready = new PriorityQueue<NodeProto, int>(
            _graph.Node.Where(node => waitsFor[places[node]] == 0).Select(node => (node, places[node])));
        List<NodeProto> ordered = [];
        while (ready.TryDequeue(out NodeProto? node, out _))
        {
            ordered.Add(node);
            foreach (NodeProto reader in node.Output.Where(value => WriterOf(value) == node).SelectMany(ReadersOf))
            {
                if (--waitsFor[places[reader]] == 0)
                    ready.Enqueue(reader, places[reader]);
            }
        }
        return ordered.Count == _graph.Node.Count ? ordered : throw new ConversionException("its nodes read one another in a circle");
    }

    /// <summary>Puts a node in front of the one that is being rewritten.</summary>
    public void Add(NodeProto node)
    {
        Ranks.Follow(node, this);
        _done.Add(node);
    }

    /// <summary>Remembers a change; the same change is told once, with its number.</summary>
    public void Note(string change)
    {
        if (_notes.TryAdd(change, 1))
            _order.Add(change);
        else
            _notes[change]++;
    }

    /// <summary>Remembers that an attribute without a meaning was removed.</summary>
    public void NoteDropped(string attribute) => _dropped.Add(attribute);

    /// <summary>All changes in words.</summary>
    public string Told()
    {
        List<string> told = [.. _order.Select(change => _notes[change] == 1 ? change : $"{change} ({_notes[change]} times)")];
        if (_dropped.Count > 0)
            told.Add($"without the old attributes {string.Join(", ", _dropped)}");
        return string.Join("; ", told);
    }

    /// <summary>Refuses the network because of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="why">How the sentence goes on after the operator's name.</param>
    public static ConversionException Refuse(NodeProto node, string why)
    {
        string shown = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "";
        return new ConversionException($"the operator {ZipFiles.Printable(node.OpType)} (node '{ZipFiles.Printable(shown)}') {why}");
    }
}
