using Onnx;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>How many axes a node's outputs have, as far as the old broadcasting needs that; an unknown rank is left out.</summary>
internal static class Ranks
{
    private static readonly HashSet<string> AsFirst = new(StringComparer.Ordinal)
    {
        "Abs", "Affine", "AveragePool", "BatchNormalization", "Cast", "Ceil", "Clip", "Concat", "Conv", "ConvTranspose", "Crop",
        "DepthToSpace", "Dropout", "Elu", "Exp", "Floor", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "Hardmax", "Identity",
        "ImageScaler", "InstanceNormalization", "LRN", "LeakyRelu", "Log", "LogSoftmax", "LpNormalization", "MaxPool",
        "MeanVarianceNormalization", "Neg", "Not", "PRelu", "Pad", "ParametricSoftplus", "Reciprocal", "Relu", "Scale", "ScaledTanh",
        "Selu", "Sigmoid", "Slice", "Softmax", "Softplus", "Softsign", "SpaceToDepth", "Split", "Sqrt", "Tanh", "ThresholdedRelu",
        "Transpose", "Upsample",
    };

    private static readonly HashSet<string> AsLargest = new(StringComparer.Ordinal)
        { "Add", "And", "Div", "Equal", "Greater", "Less", "MatMul", "Max", "Mean", "Min", "Mul", "Or", "Pow", "Sub", "Sum", "Xor" };

    /// <summary>Tells the graph the ranks of a node's outputs.</summary>
    public static void Follow(NodeProto node, OldGraph graph)
    {
        int? rank = Of(node, graph);
        foreach (string output in node.Output)
            graph.KnowRank(output, rank);
        if (node.OpType == "Constant" && node.Output.Count == 1 && node.Find("value")?.T is { } constant)
            graph.KnowConstant(node.Output[0], constant);
    }

    private static int? Of(NodeProto node, OldGraph graph)
    {
        if (node.Input.Count == 0 || !ExportAge.IsStandard(node.Domain))
            return null;
        int? first = graph.RankOf(node.Input[0]);
        if (AsFirst.Contains(node.OpType))
            return first;
        if (AsLargest.Contains(node.OpType))
            return node.Input.Select(graph.RankOf).Aggregate((a, b) => a is null || b is null ? null : Math.Max(a.Value, b.Value));
        return node.OpType switch
        {
            "Flatten" or "Gemm" => 2,
            "Reshape" when node.Input.Count > 1 && graph.ConstantOf(node.Input[1]) is { Dims: [var count] } && count is >= 0 and < 64 =>
                (int)count,
            "Unsqueeze" => first + node.Integers("axes").Count,
            "Squeeze" when node.Integers("axes") is { Count: > 0 } axes => first - axes.Count,
            "ArgMax" or "ArgMin" => node.Integer("keepdims", 1) != 0 ? first : first - 1,
            _ when node.OpType.StartsWith("Reduce", StringComparison.Ordinal) && node.Integer("keepdims", 1) != 0 => first,
            _ => null,
        };
    }
}
