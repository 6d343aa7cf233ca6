using System.Text;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// Checks an ONNX file before ONNX Runtime sees it: whether it is an ONNX file at all, and whether it asks for anything outside of itself,
/// such as weights in other files or operators of another library.
/// </summary>
/// <remarks>
/// Reads the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding) with the field numbers of onnx.proto
/// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). A length is used only after it was compared with the remaining bytes, and no
/// memory is allocated by it.
/// </remarks>
internal static class OnnxFile
{
    private const int DeepestGraph = 32;
    private const int MostText = 512;

    // ModelProto
    private const int ModelIrVersion = 1, ModelGraph = 7, ModelOpset = 8, ModelFunctions = 25;

    // GraphProto and FunctionProto
    private const int GraphNode = 1, GraphInitializer = 5, GraphSparse = 15, FunctionNode = 7, FunctionDomain = 10;

    // NodeProto
    private const int NodeOperator = 4, NodeAttribute = 5, NodeDomain = 7;

    // AttributeProto: single ones and lists
    private const int AttributeTensor = 5, AttributeGraph = 6, AttributeTensors = 10, AttributeGraphs = 11, AttributeSparse = 22,
        AttributeSparses = 23;

    // TensorProto, SparseTensorProto, StringStringEntryProto
    private const int TensorName = 8, TensorExternal = 13, TensorLocation = 14, SparseValues = 1, SparseIndices = 2, EntryKey = 1,
        EntryValue = 2;

    private static readonly HashSet<string> KnownDomains = new(StringComparer.Ordinal)
        { "", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc", "ai.onnx.preview", "ai.onnx.preview.training" };

    /// <summary>Why ONNX Runtime must not see the file, in a sentence; null: it may.</summary>
    public static string? Complaint(ReadOnlySpan<byte> file, string name)
    {
        // The mark of a FlatBuffers file stands at the fifth byte; the same bytes may also lie there within a field of ONNX.
        if (file.Length >= 8 && file[4..8].SequenceEqual("ORTM"u8))
            return $"{name} is in ONNX Runtime's own format (ORT), which nobody can look through. Export the model as plain ONNX.";
        var seen = new Findings();
        try
        {
            Model(file, seen);
        }
        catch (InvalidDataException damage)
        {
            return $"{name} is no ONNX file, or it is truncated or damaged ({damage.Message}). Copy or export the package again.";
        }
        if (!seen.HasVersion || !seen.HasGraph)
            return $"{name} is no ONNX file: it has no {(seen.HasGraph ? "version" : "graph")}. Copy or export the package again.";
        if (seen.External is { } external)
        {
            string leaves = Leaves(external) ? ", which lies outside its folder; do not trust this file" : "";
            return $"{name} keeps the tensor '{seen.ExternalTensor}' in another file, '{external}'{leaves}. "
                + "A package has one model file; export it again with all weights inside.";
        }
        if (seen.IsCompiled)
            return $"{name} holds a part that was compiled for one accelerator (EPContext), which nobody can look into. "
                + "Export it again as plain ONNX.";
        string? foreign = seen.Domains.FirstOrDefault(domain => !KnownDomains.Contains(domain.Key) && !seen.Own.Contains(domain.Key)).Value;
        return foreign is null
            ? null
            : $"{name} needs the operator {foreign} of a library of its own, which would be foreign code in the agent. "
                + "Train or export it with standard operators only.";
    }

    private sealed class Findings
    {
        public bool HasVersion, HasGraph, IsCompiled;
        public string? External, ExternalTensor;
        public readonly HashSet<string> Own = new(StringComparer.Ordinal);
        public readonly Dictionary<string, string> Domains = new(StringComparer.Ordinal);
    }

    private static bool Leaves(string location) =>
        location.StartsWith('/') || location.StartsWith('\\') || (location.Length > 1 && location[1] == ':')
        || location.Split('/', '\\').Contains("..");

    private static void Model(ReadOnlySpan<byte> model, Findings seen)
    {
        var reader = new WireReader(model);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            switch (field)
            {
                case ModelIrVersion:
                    seen.HasVersion = true;
                    break;
                case ModelGraph:
                    seen.HasGraph = true;
                    Graph(content, seen, 0);
                    break;
                case ModelFunctions:
                    Function(content, seen);
                    break;
                case ModelOpset:
                default:
                    break;
            }
        }
    }

    private static void Function(ReadOnlySpan<byte> function, Findings seen)
    {
        var reader = new WireReader(function);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == FunctionNode)
                Node(content, seen, 0);
            else if (field == FunctionDomain)
                seen.Own.Add(Text(content));
        }
    }

    private static void Graph(ReadOnlySpan<byte> graph, Findings seen, int depth)
    {
        if (depth > DeepestGraph)
            throw new InvalidDataException($"graphs within graphs, more than {DeepestGraph} deep");
        var reader = new WireReader(graph);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            switch (field)
            {
                case GraphNode:
                    Node(content, seen, depth);
                    break;
                case GraphInitializer:
                    Tensor(content, seen);
                    break;
                case GraphSparse:
                    Sparse(content, seen);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Node(ReadOnlySpan<byte> node, Findings seen, int depth)
    {
        string domain = "", name = "";
        var reader = new WireReader(node);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == NodeDomain)
                domain = Text(content);
            else if (field == NodeOperator)
                name = Text(content);
            else if (field == NodeAttribute)
                Attribute(content, seen, depth);
        }
        seen.IsCompiled |= domain == "com.microsoft" && name == "EPContext";
        // A library may have any number of operators; the first operator of each library tells enough.
        if (seen.Domains.Count < 100)
            seen.Domains.TryAdd(domain, domain.Length == 0 ? name : $"{domain}.{name}");
    }

    private static void Attribute(ReadOnlySpan<byte> attribute, Findings seen, int depth)
    {
        var reader = new WireReader(attribute);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            switch (field)
            {
                case AttributeTensor or AttributeTensors:
                    Tensor(content, seen);
                    break;
                case AttributeGraph or AttributeGraphs:
                    Graph(content, seen, depth + 1);
                    break;
                case AttributeSparse or AttributeSparses:
                    Sparse(content, seen);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Sparse(ReadOnlySpan<byte> sparse, Findings seen)
    {
        var reader = new WireReader(sparse);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field is SparseValues or SparseIndices)
                Tensor(content, seen);
        }
    }

    private static void Tensor(ReadOnlySpan<byte> tensor, Findings seen)
    {
        string name = "", location = "";
        bool isExternal = false;
        var reader = new WireReader(tensor);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content, out ulong number))
        {
            switch (field)
            {
                case TensorName:
                    name = Text(content);
                    break;
                case TensorLocation:
                    isExternal |= number != 0;
                    break;
                case TensorExternal:
                    isExternal = true;
                    location = Location(content) ?? location;
                    break;
                default:
                    break;
            }
        }
        if (isExternal && seen.External is null)
            (seen.External, seen.ExternalTensor) = (location, name);
    }

    private static string? Location(ReadOnlySpan<byte> entry)
    {
        string key = "", value = "";
        var reader = new WireReader(entry);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (field == EntryKey)
                key = Text(content);
            else if (field == EntryValue)
                value = Text(content);
        }
        return key == "location" ? value : null;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes.Length <= MostText ? bytes : bytes[..MostText]);
        return text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? '?' : c)]) : text;
    }
}

/// <summary>Reads the fields of one message, one after the other.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <inheritdoc cref="Next(out int, out ReadOnlySpan{byte}, out ulong)"/>
    public bool Next(out int field, out ReadOnlySpan<byte> content) => Next(out field, out content, out _);

    /// <summary>
    /// Gives the next field: its content when the field has a length, its number when the field is one. False at the end.
    /// </summary>
    /// <exception cref="InvalidDataException">The message breaks off, or the bytes are no message.</exception>
    public bool Next(out int field, out ReadOnlySpan<byte> content, out ulong number)
    {
        (field, number) = (0, 0);
        content = default;
        if (_at >= _message.Length)
            return false;
        ulong tag = Varint();
        field = tag >> 3 is > 0 and < 1 << 29 ? (int)(tag >> 3) : throw new InvalidDataException($"field 0 at byte {_at}");
        switch (tag & 7)
        {
            case 0:
                number = Varint();
                break;
            case 1:
                content = Take(8);
                break;
            case 2:
                content = Take(Varint());
                break;
            case 5:
                content = Take(4);
                break;
            default:
                throw new InvalidDataException($"an unknown kind of field at byte {_at}");
        }
        return true;
    }

    /// <summary>Gives the next number of a message that consists of packed numbers only. False at the end.</summary>
    /// <exception cref="InvalidDataException">The message breaks off.</exception>
    public bool NextPacked(out ulong number)
    {
        bool isThere = _at < _message.Length;
        number = isThere ? Varint() : 0;
        return isThere;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _at))
            throw new InvalidDataException($"it breaks off: {length} bytes are announced, {_message.Length - _at} follow");
        ReadOnlySpan<byte> taken = _message.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_at >= _message.Length)
                throw new InvalidDataException("it breaks off within a number");
            byte part = _message[_at++];
            value |= (ulong)(part & 0x7F) << Math.Min(shift, 63);
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException($"a number without an end at byte {_at}");
    }
}
