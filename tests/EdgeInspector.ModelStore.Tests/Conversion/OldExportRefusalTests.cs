using System.Diagnostics;
using EdgeInspector.ModelStore.Conversion;
using EdgeInspector.ModelStore.Packages;
using Google.Protobuf;
using Onnx;

namespace EdgeInspector.ModelStore.Tests.Conversion;

/// <summary>What has no counterpart is refused by the name of its operator; what would cost too much, before it costs it.</summary>
public sealed class OldExportRefusalTests
{
    private static NodeProto Node(string type, params string[] inputs)
    {
        var node = new NodeProto { OpType = type, Name = "the-node", Output = { "y" } };
        node.Input.Add(inputs.Length == 0 ? ["data"] : inputs);
        return node;
    }

    private static NodeProto With(NodeProto node, string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values);
        if (values.Length == 1)
            attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = values[0] };
        node.Attribute.Add(attribute);
        return node;
    }

    private static NodeProto With(NodeProto node, string name, float value)
    {
        node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value });
        return node;
    }

    private static byte[] Model(params NodeProto[] nodes)
    {
        var shape = new TensorShapeProto();
        foreach (long length in new long[] { 1, 3, 9, 9 })
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        var graph = new GraphProto
        {
            Input =
            {
                new ValueInfoProto
                {
                    Name = "data",
                    Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } },
                },
            },
        };
        graph.Node.Add(nodes);
        return new ModelProto { IrVersion = 3, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 1 } } }.ToByteArray();
    }

    private static string Refusal(byte[] model) =>
        Assert.Throws<PackageRefusedException>(() => OldExport.Convert(model, "old.onnx")).Message;

    private static NodeProto Padding(long stride = 2, float value = float.MinValue, long pad = 0)
    {
        NodeProto node = With(
            With(With(With(Node("LegacyPadding"), "kernel_shape", 3, 3), "strides", stride, stride), "pads", pad, pad), "value", value);
        node.Domain = "com.microsoft";
        node.Output[0] = "padded";
        return node;
    }

    private static NodeProto Pool(string type = "MaxPool", long kernel = 3, long stride = 2) =>
        With(With(Node(type, "padded"), "kernel_shape", kernel, kernel), "strides", stride, stride);

    public static TheoryData<string, string[], NodeProto[]> Cases => new()
    {
        { "recurrent", ["GRU", "the-node"], [Node("GRU", "data", "w", "r")] },
        { "control flow", ["graphs within nodes"], [With(Node("If"), new GraphProto())] },
        { "foreign attribute", ["Relu", "'slope'"], [With(Node("Relu"), "slope", 2)] },
        {
            "training mode",
            ["BatchNormalization", "training mode", "is_test"],
            [With(Node("BatchNormalization", "data", "s", "b", "m", "v"), "is_test", 0)]
        },
        { "not spatial", ["InstanceNormalization", "'spatial'"], [With(Node("InstanceNormalization", "data", "s", "b"), "spatial", 0)] },
        { "lengths as input", ["Split", "input"], [Node("Split", "data", "lengths")] },
        { "no shape", ["Reshape", "shape"], [Node("Reshape")] },
        { "no type", ["Cast", "'FLOOT'"], [Text(Node("Cast"), "to", "FLOOT")] },
        { "dilated pooling", ["MaxPool", "'dilations'"], [With(Pool(), "dilations", 2, 2)] },
        { "FC of another axis", ["FC", "axis 2"], [With(Node("FC", "data", "w", "b"), "axis", 2)] },
        { "FC without bias", ["FC", "2 inputs"], [Node("FC", "data", "w")] },
        { "padding of an average", ["LegacyPadding", "AveragePool"], [Padding(), Pool("AveragePool")] },
        { "padding of another kernel", ["LegacyPadding", "same kernel"], [Padding(), Pool(kernel: 2)] },
        { "padding with a number that counts", ["LegacyPadding", "lowest"], [Padding(value: 0), Pool()] },
        { "windows behind the end", ["LegacyPadding", "must not be more than the kernel"], [Padding(stride: 4), Pool(stride: 4)] },
        { "padding out of range", ["LegacyPadding", "out of range"], [Padding(stride: long.MaxValue), Pool()] },
        { "padding that nobody reads", ["LegacyPadding", "MaxPool alone"], [Padding()] },
        { "operand of unknown axes", ["Add", "not known"], [With(With(Node("Add", "data", "nobody"), "broadcast", 1), "axis", 1)] },
        { "operand beyond the axes", ["Add", "axis 9"], [With(With(Node("Add", "data", "data"), "broadcast", 1), "axis", 9)] },
        { "circle", ["circle"], [Node("Relu", "y")] },
        { "axis as text", ["Add", "'axis'", "integer"], [Text(With(Node("Add", "data", "data"), "broadcast", 1), "axis", "one")] },
    };

    private static NodeProto Text(NodeProto node, string name, string value)
    {
        node.Attribute.Add(
            new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) });
        return node;
    }

    private static NodeProto With(NodeProto node, GraphProto graph)
    {
        node.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = graph });
        return node;
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void What_has_no_counterpart_is_refused_with_its_operator_and_attribute(string what, string[] words, NodeProto[] nodes)
    {
        string refusal = Refusal(Model(nodes));
        Assert.StartsWith("old.onnx is an old network that cannot be converted", refusal, StringComparison.Ordinal);
        Assert.All(words, word => Assert.True(refusal.Contains(word.Trim('\''), StringComparison.Ordinal), $"{what}: {refusal}"));
        Assert.Contains("Export the iteration again", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_no_ZipMap_gives_is_refused()
    {
        var model = ModelProto.Parser.ParseFrom(Model(Node("Relu")));
        var map = new TypeProto.Types.Map
        {
            KeyType = 8,
            ValueType = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } },
        };
        model.Graph.Output.Add(new ValueInfoProto { Name = "y", Type = new TypeProto { MapType = map } });
        Assert.Contains("'y' is a map that no ZipMap gives", Refusal(model.ToByteArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_that_a_file_only_claims_cost_nothing()
    {
        var huge = new TensorProto { Name = "w", DataType = 1, Dims = { long.MaxValue, long.MaxValue, -1 } };
        var model = ModelProto.Parser.ParseFrom(
            Model(With(Node("Reshape"), "shape", long.MaxValue, -5, 0), With(With(Node("Mul", "data", "w"), "broadcast", 1), "axis", 1)));
        model.Graph.Initializer.Add(huge);
        model.Graph.Node[1].Output[0] = "z";
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(OldExport.Convert(model.ToByteArray(), "old.onnx"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "fields", Graph([.. Enumerable.Repeat(new byte[] { 0x0A, 0x00 }, 3_000_000).SelectMany(node => node)]) },
        { "packed integers", Graph(Message(0x2A, Message(0x3A, new byte[20 << 20]))) },
        { "deep", Graph(Message(0x62, Message(0x12, Nested(40)))) },
        { "functions", [.. Graph([]), .. Message(0xCA01, [])] },
        { "MiB", Graph(new byte[65 << 20], 0x52) },
    };

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public void What_would_grow_when_it_is_read_is_refused_before(string words, byte[] model)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        Assert.Contains(words, Refusal(model), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
    }

    /// <summary>A model of operator set 1 whose graph holds one node and then what is given.</summary>
    private static byte[] Graph(byte[] content, int? tag = null)
    {
        byte[] node = Message(0x0A, Message(0x22, "Relu"u8.ToArray()));
        return [0x08, 0x03, .. Message(0x3A, [.. node, .. tag is { } field ? Message(field, content) : content])];
    }

    private static byte[] Message(int tag, byte[] content)
    {
        using var stream = new MemoryStream();
        var output = new CodedOutputStream(stream);
        for (; tag > 0xFF; tag = 0)
            output.WriteRawTag((byte)(tag >> 8), (byte)tag);
        if (tag > 0)
            output.WriteRawTag((byte)tag);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return stream.ToArray();
    }

    /// <summary>A sequence of sequences of sequences.</summary>
    private static byte[] Nested(int depth) => depth == 0 ? [] : Message(0x22, Message(0x0A, Nested(depth - 1)));
}
