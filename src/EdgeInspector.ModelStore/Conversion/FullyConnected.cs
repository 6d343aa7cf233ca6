using Onnx;
using static Onnx.AttributeProto.Types;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// <c>FC</c>, as Caffe2 defines it (https://caffe2.ai/docs/operators-catalogue.html#fc): the input becomes a matrix at <c>axis</c>, is
/// multiplied by the transposed weights, which become a matrix at <c>axis_w</c>, and gets the bias added. The same is <c>Gemm</c> with
/// transB = 1.
/// </summary>
internal static class FullyConnected
{
    public static void Mend(NodeProto node, OldGraph graph)
    {
        if (node.Input.Count != 3 || node.Output.Count != 1)
            throw OldGraph.Refuse(
                node, $"has {node.Input.Count} inputs and {node.Output.Count} outputs; input, weights and bias, and one output, are known");
        if (node.Integer("axis", 1) is not 1 and var axis)
            throw OldGraph.Refuse(node, $"begins at the axis {axis}; only 1 is known");
        long weights = node.Integer("axis_w", 1);
        node.Drop(graph, "axis", "axis_w");
        node.Input[0] = Matrix(node.Input[0], 1, graph);
        node.Input[1] = Matrix(node.Input[1], weights, graph);
        node.OpType = "Gemm";
        node.Domain = "";
        node.Attribute.Add(new AttributeProto { Name = "alpha", Type = AttributeType.Float, F = 1 });
        node.Attribute.Add(new AttributeProto { Name = "beta", Type = AttributeType.Float, F = 1 });
        node.Attribute.Add(Attributes.Of("transB", 1));
        graph.Note("FC became Gemm");
    }

    private static string Matrix(string value, long axis, OldGraph graph)
    {
        if (axis == 1 && graph.RankOf(value) == 2)
            return value;
        string name = graph.NewName(value);
        graph.Add(new NodeProto { OpType = "Flatten", Input = { value }, Output = { name }, Attribute = { Attributes.Of("axis", axis) } });
        return name;
    }
}
