using Onnx;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// Outputs as exports for ONNX 1.0 declare them: <c>loss</c> as one map, <c>classLabel</c> as a list with one element. But <c>ZipMap</c>
/// gives one map for each picture, and ONNX Runtime does not load a network that declares another type; <c>ArrayFeatureExtractor</c> gives
/// a row, and ONNX Runtime complains of a declared shape that differs with every picture.
/// </summary>
internal static class MapOutputs
{
    public static void Mend(OldGraph graph)
    {
        foreach (ValueInfoProto output in graph.Outputs)
        {
            NodeProto? writer = graph.WriterOf(output.Name);
            if (output.Type?.MapType is { } map)
            {
                if (writer is not { Domain: "ai.onnx.ml", OpType: "ZipMap" })
                    throw new ConversionException($"its output '{Packages.ZipFiles.Printable(output.Name)}' is a map that no ZipMap gives");
                // Each value is one number, whatever shape the old file declares.
                if (map.ValueType?.TensorType is { } number)
                    number.Shape = null;
                var sequence = new TypeProto.Types.Sequence { ElemType = new TypeProto { MapType = map } };
                output.Type = new TypeProto { Denotation = output.Type.Denotation, SequenceType = sequence };
                graph.Note($"the output '{Packages.ZipFiles.Printable(output.Name)}' is a list of maps, one for each picture");
            }
            else if (output.Type?.TensorType is { } tensor && writer is { Domain: "ai.onnx.ml", OpType: "ArrayFeatureExtractor" })
            {
                tensor.Shape = null;
            }
        }
    }
}
