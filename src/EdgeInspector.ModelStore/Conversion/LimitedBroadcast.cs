using Onnx;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// Broadcasting before operator set 7: only where the attribute <c>broadcast</c> is 1, only of the second operand, and along the axes of
/// the first operand from the axis <c>axis</c> on, else along its last axes. Since then operands are always laid along the last axes, as in
/// numpy: an operand that began further to the left gets axes of length 1 at its end.
/// </summary>
internal static class LimitedBroadcast
{
    public static void Mend(NodeProto node, OldGraph graph)
    {
        bool broadcasts = node.Integer("broadcast", 0) != 0;
        long axis = node.Integer("axis", -1);
        node.Drop(graph, "broadcast", "axis");
        if (broadcasts && axis != -1 && node.Input.Count == 2)
            Widen(node, graph, axis);
    }

    /// <summary>The slope of PRelu: one for each channel, which is the second axis.</summary>
    public static void MendSlope(NodeProto node, OldGraph graph)
    {
        if (node.Input.Count == 2 && graph.RankOf(node.Input[1]) == 1)
            Widen(node, graph, 1);
    }

    private static void Widen(NodeProto node, OldGraph graph, long axis)
    {
        string operand = node.Input[1];
        if (graph.ConstantOf(operand) is { } constant && constant.Dims.All(length => length == 1))
            return;
        if (graph.RankOf(node.Input[0]) is not { } wide || graph.RankOf(operand) is not { } narrow)
            throw OldGraph.Refuse(node, $"lays its second operand along the axis {axis} of the first, whose number of axes is not known");
        if (axis < 0 || axis > wide - narrow)
            throw OldGraph.Refuse(node, $"lays its second operand, of {narrow} axes, along the axis {axis} of the first, which has {wide}");
        int missing = wide - narrow - (int)axis;
        if (missing == 0)
            return;
        string name = graph.NewName(operand);
        graph.Add(new NodeProto
        {
            OpType = "Unsqueeze",
            Input = { operand },
            Output = { name },
            Attribute = { Attributes.Of("axes", Enumerable.Range(narrow, missing).Select(added => (long)added)) },
        });
        node.Input[1] = name;
        graph.Note($"operands of {node.OpType} broadcast as today");
    }
}
