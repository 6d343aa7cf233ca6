using Onnx;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// <c>LegacyPadding</c> before a MaxPool: the converters of spring 2018 wrote it for Caffe's way to count windows, which rounds up
/// (<c>includeLastPixel</c> in CoreML, https://apple.github.io/coremltools/mlmodel/Format/NeuralNetwork.html#poolinglayerparams).
/// </summary>
/// <remarks>
/// With a length n, a kernel k and a stride s, ceil((n − k) / s) + 1 = floor((n + (s − 1) − k) / s) + 1: for every length, s − 1 more
/// elements at the end have the same effect, and a maximum never sees them. So the length need not be known, and <c>ceil_mode</c> is not
/// needed. Caffe leaves out a window that would begin after the picture; with padding p at both ends and p + s ≤ k there is no such window.
/// </remarks>
internal static class LegacyPooling
{
    private const long Most = 1 << 16;

    /// <summary>Moves the padding into the poolings that read the node; the node itself is removed.</summary>
    public static void Mend(NodeProto node, OldGraph graph)
    {
        IReadOnlyList<long> kernel = node.Integers("kernel_shape"), strides = node.Integers("strides"), pads = node.Integers("pads");
        if (pads.Count == 0)
            pads = [.. kernel.Select(_ => 0L)];
        if (node.Input.Count != 1 || node.Output.Count != 1 || kernel.Count == 0 || strides.Count != kernel.Count
            || pads.Count != kernel.Count)
            throw OldGraph.Refuse(node, "does not say its kernel, strides and pads, one for each axis of the picture");
        if (kernel.Concat(strides).Any(length => length is < 1 or > Most) || pads.Any(pad => pad is < 0 or > Most))
            throw OldGraph.Refuse(node, $"has a kernel, stride or pad that is out of range (at most {Most})");
        // The padding of a maximum is minus infinity; any other value would count.
        if (node.Find("value") is not { F: <= -3.4e38f })
            throw OldGraph.Refuse(node, "pads with another value than the lowest there is");
        for (int axis = 0; axis < kernel.Count; axis++)
        {
            if (pads[axis] + strides[axis] > kernel[axis])
                throw OldGraph.Refuse(node, $"pads {pads[axis]} for a kernel of {kernel[axis]} and a stride of {strides[axis]}; "
                    + "pad and stride together must not be more than the kernel");
        }
        IReadOnlyList<NodeProto> pools = graph.ReadersOf(node.Output[0]);
        if (pools.Count == 0 || graph.IsOutput(node.Output[0]))
            throw OldGraph.Refuse(node, "is not read by a MaxPool alone");
        foreach (NodeProto pool in pools)
            Pad(pool, node, kernel, strides, pads, graph);
    }

    private static void Pad(
        NodeProto pool,
        NodeProto padding,
        IReadOnlyList<long> kernel,
        IReadOnlyList<long> strides,
        IReadOnlyList<long> pads,
        OldGraph graph)
    {
        Attributes.Complete(pool);
        bool fits = pool.OpType == "MaxPool" && ExportAge.IsStandard(pool.Domain) && pool.Input.Count == 1
            && pool.Integers("kernel_shape").SequenceEqual(kernel)
            && pool.Integers("strides").SequenceEqual(strides) && pool.Integers("pads").All(pad => pad == 0)
            && pool.Integer("ceil_mode", 0) == 0 && pool.Integers("dilations").All(step => step == 1)
            && (pool.Find("auto_pad")?.S.ToStringUtf8() ?? "") is "" or "NOTSET" or "VALID";
        if (!fits)
            throw OldGraph.Refuse(padding, $"stands before a {Packages.ZipFiles.Printable(pool.OpType)} that is no MaxPool with the same "
                + "kernel and strides and without padding of its own");
        foreach (string old in new[] { "pads", "auto_pad" })
        {
            if (pool.Find(old) is { } found)
                pool.Attribute.Remove(found);
        }
        pool.Attribute.Add(Attributes.Of("pads", [.. pads, .. pads.Select((pad, axis) => pad + strides[axis] - 1)]));
        pool.Input[0] = padding.Input[0];
        graph.Note("LegacyPadding became padding of its MaxPool");
    }
}
