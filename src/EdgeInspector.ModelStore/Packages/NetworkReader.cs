using System.Globalization;
using System.Text;
using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// Reads what an ONNX file says of its network: the producer, the properties, the tags that the network names, and the operators at its two
/// ends. Runs after <see cref="OnnxFile.Complaint"/>, but reads parts that <see cref="OnnxFile"/> passes over; keeps to limits that no real
/// network reaches.
/// </summary>
/// <remarks>Field numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).</remarks>
internal sealed class NetworkReader
{
    private const int ModelProducer = 2, ModelGraph = 7, ModelProperty = 14, EntryKey = 1, EntryValue = 2;
    private const int GraphNode = 1, GraphInitializer = 5, GraphInput = 11, GraphOutput = 12, TensorName = 8, TensorStrings = 6,
        ValueName = 1;
    private const int NodeInput = 1, NodeOutput = 2, NodeOperator = 4, NodeAttribute = 5, AttributeName = 1, AttributeTensor = 5,
        AttributeInts = 8, AttributeStrings = 9;

    // Today's networks have some thousand nodes; of a network beyond these limits nothing is told.
    private const int MostNodes = 20_000, MostPorts = 64, MostProperties = 256, LongestName = 512, LongestProperty = 1 << 20, MostHops = 12;

    // Operators that change neither which number is the largest nor how large that number is.
    private static readonly HashSet<string> PassedOver = new(StringComparer.Ordinal)
        {
            "Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "ZipMap", "DequantizeLinear", "QuantizeLinear",
            "Dropout",
        };

    // Operators with which weights begin.
    private static readonly HashSet<string> Weighing = new(StringComparer.Ordinal)
        { "Conv", "ConvInteger", "QLinearConv", "FusedConv", "MatMul", "MatMulInteger", "QLinearMatMul", "Gemm", "FC" };

    // Operators that ask for a picture's size and do not change the picture.
    private static readonly HashSet<string> Asking = new(StringComparer.Ordinal) { "Shape", "Size" };

    private readonly List<Node> _nodes = [];
    private readonly List<string> _inputs = [];
    private readonly List<string> _outputs = [];
    private readonly HashSet<string> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _properties = new(StringComparer.Ordinal);
    private IReadOnlyList<string>? _mapTags;
    private string _producer = "";

    private NetworkReader()
    {
    }

    /// <summary>Reads a file of which <see cref="OnnxFile.Complaint"/> has no complaint.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="limit">The most tags that are read.</param>
    /// <param name="tags">The tags that the network itself names; null when it names none.</param>
    /// <exception cref="PackageRefusedException">A part breaks off.</exception>
    public static NetworkFacts Read(ReadOnlySpan<byte> file, int limit, out NetworkTags? tags)
    {
        var reader = new NetworkReader();
        try
        {
            reader.Model(file, limit);
        }
        catch (InvalidDataException damage)
        {
            throw new PackageRefusedException(
                $"The network is truncated or damaged ({damage.Message}). Copy or export the package again.", damage);
        }
        tags = reader._mapTags is { } map ? new NetworkTags(map, "the network's ZipMap")
            : reader.LabelConstant() is { } constant ? new NetworkTags(constant, "the constant behind the network's classLabel")
            : reader._properties.TryGetValue("names", out string? names) && reader._properties.ContainsKey("stride")
                && UltralyticsNames.Parse(names, limit) is { } listed
                    ? new NetworkTags(listed, "the network's property 'names' (Ultralytics)")
            : null;
        bool isKnown = reader._nodes.Count < MostNodes;
        return new NetworkFacts
        {
            Producer = reader._producer,
            Metadata = reader._properties,
            OutputOperators = isKnown ? reader.LastOperators() : new Dictionary<string, string>(),
            FirstOperators = isKnown ? reader.FirstOperators() : [],
        };
    }

    private sealed record Node(string Operator, string[] Inputs, string[] Outputs);

    private void Model(ReadOnlySpan<byte> model, int limit)
    {
        var fields = new WireReader(model);
        while (fields.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == ModelProducer)
                _producer = Text(content);
            else if (field == ModelProperty && _properties.Count < MostProperties)
                Property(content);
            else if (field == ModelGraph)
                Graph(content, limit);
        }
    }

    private void Property(ReadOnlySpan<byte> entry)
    {
        string key = "", value = "";
        var fields = new WireReader(entry);
        while (fields.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == EntryKey)
                key = Text(content);
            else if (field == EntryValue)
                value = Text(content, LongestProperty);
        }
        _properties[key] = value;
    }

    private void Graph(ReadOnlySpan<byte> graph, int limit)
    {
        var fields = new WireReader(graph);
        while (fields.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == GraphNode && _nodes.Count < MostNodes)
                _nodes.Add(ReadNode(content, limit));
            else if (field == GraphInput && _inputs.Count < MostNodes)
                _inputs.Add(First(content, ValueName));
            else if (field == GraphOutput && _outputs.Count < MostPorts)
                _outputs.Add(First(content, ValueName));
            else if (field == GraphInitializer && _initializers.Count < MostNodes)
                Initializer(content, limit);
        }
    }

    private void Initializer(ReadOnlySpan<byte> tensor, int limit)
    {
        string name = First(tensor, TensorName);
        _initializers.Add(name);
        if (Strings(tensor, TensorStrings, limit) is { Count: > 0 } texts)
            _texts[name] = texts;
    }

    private Node ReadNode(ReadOnlySpan<byte> node, int limit)
    {
        string name = "";
        List<string> inputs = [], outputs = [];
        List<string> texts = [];
        var fields = new WireReader(node);
        while (fields.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == NodeOperator)
                name = Text(content);
            else if (field == NodeInput && inputs.Count < MostPorts)
                inputs.Add(Text(content));
            else if (field == NodeOutput && outputs.Count < MostPorts)
                outputs.Add(Text(content));
            else if (field == NodeAttribute)
                texts = Attribute(content, limit) is { Count: > 0 } found ? found : texts;
        }
        if (name == "ZipMap" && texts.Count > 0)
            _mapTags ??= texts;
        else if (name == "Constant" && texts.Count > 0 && outputs.Count > 0)
            _texts[outputs[0]] = texts;
        return new Node(name, [.. inputs], [.. outputs]);
    }

    /// <summary>
    /// The texts or numbers in an attribute that may hold tags: <c>classlabels_strings</c>, <c>classlabels_int64s</c>, or the tensor of a
    /// constant.
    /// </summary>
    private static List<string> Attribute(ReadOnlySpan<byte> attribute, int limit)
    {
        string name = First(attribute, AttributeName);
        if (name == "classlabels_strings")
            return Strings(attribute, AttributeStrings, limit);
        if (name == "classlabels_int64s")
            return Numbers(attribute, AttributeInts, limit);
        var fields = new WireReader(attribute);
        while (fields.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == AttributeTensor)
                return Strings(content, TensorStrings, limit);
        }
        return [];
    }

    /// <summary>The texts that <c>classLabel</c> is chosen from.</summary>
    private IReadOnlyList<string>? LabelConstant()
    {
        if (_outputs.Find(output => output.Equals("classLabel", StringComparison.OrdinalIgnoreCase)) is not { } label)
            return null;
        Node? chooser = Producer(label);
        return chooser?.Inputs.Select(input => _texts.GetValueOrDefault(input)).FirstOrDefault(texts => texts is not null);
    }

    private Dictionary<string, string> LastOperators()
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string output in _outputs)
        {
            Node? node = Producer(output);
            for (int hop = 0; hop < MostHops && node is { Inputs.Length: > 0 } && Before(node) is { } before; hop++)
                node = Producer(before);
            if (node is not null)
                last[output] = node.Operator;
        }
        return last;
    }

    /// <summary>The value that a node only passes on; null when the node changes it.</summary>
    private string? Before(Node node)
    {
        if (PassedOver.Contains(node.Operator))
            return node.Inputs[0];
        // A factor, such as quantisers leave behind a mean, scales numbers, but does not make probabilities of logits.
        return node is { Operator: "Mul" or "Div", Inputs: [var one, var other] }
            ? IsConstant(other) ? one : node.Operator == "Mul" && IsConstant(one) ? other : null
            : null;
    }

    private bool IsConstant(string value) => _initializers.Contains(value) || Producer(value) is { Operator: "Constant" };

    private List<string> FirstOperators()
    {
        List<string> first = [];
        // Old files list their weights among the inputs as well.
        string? at = _inputs.Find(input => !_initializers.Contains(input));
        while (at is not null && first.Count < MostHops && _nodes.Find(
            node => !Asking.Contains(node.Operator) && node.Inputs.Contains(at)) is { } node && !Weighing.Contains(node.Operator))
        {
            first.Add(node.Operator);
            at = node.Outputs.FirstOrDefault();
        }
        return first;
    }

    private Node? Producer(string value) => _nodes.Find(node => node.Outputs.Contains(value));

    private static string First(ReadOnlySpan<byte> message, int wanted)
    {
        var fields = new WireReader(message);
        while (fields.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == wanted)
                return Text(content);
        }
        return "";
    }

    /// <summary>
    /// The numbers of a field, one by one or packed; one number more than allowed is read, so that the caller sees when the limit is
    /// exceeded.
    /// </summary>
    private static List<string> Numbers(ReadOnlySpan<byte> message, int wanted, int limit)
    {
        List<string> numbers = [];
        var fields = new WireReader(message);
        while (numbers.Count <= limit && fields.Next(out int field, out ReadOnlySpan<byte> content, out ulong number))
        {
            if (field != wanted)
                continue;
            if (content.IsEmpty)
                numbers.Add(unchecked((long)number).ToString(CultureInfo.InvariantCulture));
            var packed = new WireReader(content);
            while (numbers.Count <= limit && packed.NextPacked(out number))
                numbers.Add(unchecked((long)number).ToString(CultureInfo.InvariantCulture));
        }
        return numbers;
    }

    /// <summary>Reads one text more than allowed, so that the caller sees when the limit is exceeded.</summary>
    private static List<string> Strings(ReadOnlySpan<byte> message, int wanted, int limit)
    {
        List<string> texts = [];
        var fields = new WireReader(message);
        while (texts.Count <= limit && fields.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == wanted)
                texts.Add(Text(content));
        }
        return texts;
    }

    private static string Text(ReadOnlySpan<byte> bytes, int longest = LongestName) =>
        Encoding.UTF8.GetString(bytes.Length <= longest ? bytes : bytes[..longest]);
}

/// <summary>The tags that a network names itself.</summary>
/// <param name="Names">The tags in class order, as the network spells them.</param>
/// <param name="From">Where the tags stand, in words.</param>
internal sealed record NetworkTags(IReadOnlyList<string> Names, string From)
{
    /// <summary>True when all tags are whole numbers, and no words.</summary>
    public bool AreNumbers => Names.All(name => long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
}
