using System.Collections.Frozen;
using Onnx;
using static Onnx.AttributeProto.Types;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// What changed in each operator between operator sets 1 and 7, by the operators' change log
/// (https://github.com/onnx/onnx/blob/main/docs/Changelog.md). A mend can be applied to any of the sets 1 to 6: attributes that a set does
/// not have are simply not there.
/// </summary>
internal static class OldOperators
{
    private static readonly FrozenDictionary<string, Action<NodeProto, OldGraph>> Mends =
        new (string Operators, Action<NodeProto, OldGraph> Mend)[]
        {
            ("Add Sub Mul Div Pow And Or Xor Equal Greater Less", LimitedBroadcast.Mend),
            ("PRelu", LimitedBroadcast.MendSlope),
            ("Gemm", static (node, graph) => node.Drop(graph, "broadcast")),
            ("BatchNormalization", BatchNormalization),
            ("Dropout", static (node, graph) => node.Drop(graph, "is_test")),
            ("Reshape", Reshape),
            ("Cast", Cast),
            ("Concat", Concat),
            ("Pad", Pad),
            ("Upsample", Upsample),
            ("Split", Split),
            ("MaxPool AveragePool", Pool),
        }.SelectMany(entry => entry.Operators.Split(' '), (entry, name) => (name, entry.Mend))
            .ToFrozenDictionary(entry => entry.name, entry => entry.Mend, StringComparer.Ordinal);

    /// <summary>Mends one node of an old operator set. False: the node is not needed any more.</summary>
    public static bool Mend(NodeProto node, OldGraph graph)
    {
        Attributes.Complete(node);
        if (!MendLegacyOnly(node, graph))
            return false;
        if (!ExportAge.IsStandard(node.Domain))
            return true;
        node.Domain = "";
        if (Mends.TryGetValue(node.OpType, out Action<NodeProto, OldGraph>? mend))
            mend(node, graph);
        // The first operator sets named inputs that may be overwritten; a few exporters wrote two more such attributes at operators that
        // never had them.
        node.Drop(graph, "consumed_inputs");
        if (node.OpType != "BatchNormalization")
            DropWhere(node, graph, "spatial", 1);
        DropWhere(node, graph, "is_test", 1);
        if (!Opset7.Attributes.TryGetValue(node.OpType, out IReadOnlySet<string>? known))
            throw OldGraph.Refuse(node, "has no counterpart that the conversion knows");
        if (node.Attribute.FirstOrDefault(attribute => !known.Contains(attribute.Name)) is { } strange)
            throw OldGraph.Refuse(
                node, $"has the attribute '{Packages.ZipFiles.Printable(strange.Name)}', which the operator does not have");
        return true;
    }

    /// <summary>Mends only operators that no operator set has. False: the node is not needed any more.</summary>
    public static bool MendLegacyOnly(NodeProto node, OldGraph graph)
    {
        if (!LegacyOperators.IsOne(node.Domain, node.OpType))
            return true;
        if (node.OpType == LegacyOperators.Padding)
        {
            LegacyPooling.Mend(node, graph);
            return false;
        }
        FullyConnected.Mend(node, graph);
        return true;
    }

    private static void DropWhere(NodeProto node, OldGraph graph, string name, long value)
    {
        if (node.Find(name) is { } found && found.I == value)
            node.Drop(graph, name);
    }

    private static void BatchNormalization(NodeProto node, OldGraph graph)
    {
        // In training the mean of the picture itself counts, which set 7 can't express. Some exporters left the attribute out and meant a
        // test; those write no outputs for the statistics.
        if (node.Integer("is_test", 1) == 0 || node.Output.Skip(1).Any(output => output.Length > 0))
            throw OldGraph.Refuse(node, "stands in training mode (by its attribute 'is_test' or its further outputs)");
        node.Drop(graph, "is_test");
    }

    private static void Reshape(NodeProto node, OldGraph graph)
    {
        if (node.Find("shape") is not { } shape)
        {
            if (node.Input.Count < 2)
                throw OldGraph.Refuse(node, "has no shape");
            return;
        }
        var constant = new TensorProto { DataType = (int)TensorProto.Types.DataType.Int64 };
        constant.Dims.Add(shape.Ints.Count);
        constant.Int64Data.Add(shape.Ints);
        string name = graph.NewName("shape");
        var written = new NodeProto { OpType = "Constant", Output = { name } };
        written.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = constant });
        graph.Add(written);
        node.Attribute.Remove(shape);
        node.Input.Add(name);
        graph.Note("Reshape takes its shape as an input");
    }

    private static void Cast(NodeProto node, OldGraph graph)
    {
        if (node.Find("to") is not { Type: AttributeType.String } to)
            return;
        if (!Enum.TryParse(to.S.ToStringUtf8(), ignoreCase: true, out TensorProto.Types.DataType type) || !Enum.IsDefined(type))
            throw OldGraph.Refuse(node, $"casts to '{Packages.ZipFiles.Printable(to.S.ToStringUtf8())}', which is no type");
        node.Attribute.Remove(to);
        node.Attribute.Add(Attributes.Of("to", (long)type));
        graph.Note("Cast names its type by number");
    }

    private static void Concat(NodeProto node, OldGraph graph)
    {
        // The attribute was optional before set 4.
        if (node.Find("axis") is null)
            node.Attribute.Add(Attributes.Of("axis", 1));
    }

    private static void Pad(NodeProto node, OldGraph graph)
    {
        if (node.Find("paddings") is { } paddings)
            paddings.Name = "pads";
    }

    private static void Upsample(NodeProto node, OldGraph graph)
    {
        if (node.Find("height_scale") is not { } height || node.Find("width_scale") is not { } width)
            return;
        var scales = new AttributeProto { Name = "scales", Type = AttributeType.Floats, Floats = { 1, 1, height.F, width.F } };
        node.Attribute.Remove(height);
        node.Attribute.Remove(width);
        node.Attribute.Add(scales);
        graph.Note("Upsample takes its scales as a list");
    }

    private static void Split(NodeProto node, OldGraph graph)
    {
        if (node.Input.Count > 1)
            throw OldGraph.Refuse(node, "takes the lengths of its parts as an input");
    }

    private static void Pool(NodeProto node, OldGraph graph)
    {
        // Some exporters wrote the attribute before pooling had it, which was in set 10.
        if (node.Integers("dilations").All(step => step == 1))
            node.Drop(graph, "dilations");
    }
}
