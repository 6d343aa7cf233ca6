using System.Collections.Frozen;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>
/// Limits what reading an old network may cost, before the library that reads it builds an object for every message. A message of two bytes
/// becomes an object of hundreds, so the size of the file alone limits nothing.
/// </summary>
internal static class ExportBounds
{
    /// <summary>The most bytes of the file; the compact networks of that time have 3 to 30 MB.</summary>
    private const int MostBytes = 64 << 20;

    /// <summary>The most fields of all messages together; SqueezeNet, the network of nearly all old exports, has some 3,000.</summary>
    private const int MostFields = 500_000;

    /// <summary>The most packed integers: one byte becomes eight.</summary>
    private const int MostPacked = 16 << 20;

    private enum Part
    {
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        Value,
        Type,
        TensorType,
        MapType,
        SequenceType,
        Shape,

        /// <summary>A message whose fields are numbers and texts.</summary>
        Flat,

        /// <summary>Integers, perhaps packed.</summary>
        Packed,

        /// <summary>A part that no old network has.</summary>
        Stranger,
    }

    // Messages within messages, by the field numbers of onnx.proto. A field that is not named here is a number, a text or bytes.
    private static readonly FrozenDictionary<(Part, int), Part> Inside = new (Part Outer, int[] Fields, Part Inner)[]
    {
        (Part.Model, [7], Part.Graph),
        (Part.Model, [8, 14], Part.Flat),
        (Part.Model, [20, 25], Part.Stranger),
        (Part.Graph, [1], Part.Node),
        (Part.Graph, [5], Part.Tensor),
        (Part.Graph, [11, 12, 13], Part.Value),
        (Part.Graph, [14, 15], Part.Stranger),
        (Part.Graph, [16], Part.Flat),
        (Part.Node, [5], Part.Attribute),
        (Part.Node, [9], Part.Flat),
        (Part.Attribute, [5, 10], Part.Tensor),
        (Part.Attribute, [6, 11, 22, 23], Part.Stranger),
        (Part.Attribute, [8], Part.Packed),
        (Part.Attribute, [14, 15], Part.Type),
        (Part.Tensor, [1, 5, 7, 11], Part.Packed),
        (Part.Tensor, [3, 13, 16], Part.Flat),
        (Part.Value, [2], Part.Type),
        (Part.Value, [4], Part.Flat),
        (Part.Type, [1, 8], Part.TensorType),
        (Part.Type, [4, 9], Part.SequenceType),
        (Part.Type, [5], Part.MapType),
        (Part.TensorType, [2], Part.Shape),
        (Part.MapType, [2], Part.Type),
        (Part.SequenceType, [1], Part.Type),
        (Part.Shape, [1], Part.Flat),
    }.SelectMany(entry => entry.Fields, (entry, field) => (Key: (entry.Outer, field), entry.Inner))
        .ToFrozenDictionary(entry => entry.Key, entry => entry.Inner);

    /// <exception cref="ConversionException">The file is too large, or has parts that no export of its time has.</exception>
    /// <exception cref="InvalidDataException">The file breaks off.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        if (file.Length > MostBytes)
            throw new ConversionException($"it has {file.Length >> 20} MiB; at most {MostBytes >> 20} are converted");
        var costs = new Costs();
        Measure(file, Part.Model, costs, 0);
    }

    private sealed class Costs
    {
        public int Fields, Packed;
    }

    private static void Measure(ReadOnlySpan<byte> message, Part part, Costs costs, int depth)
    {
        const int Deepest = 32;
        if (depth > Deepest)
            throw new ConversionException($"its messages lie in one another, more than {Deepest} deep");
        var reader = new WireReader(message);
        while (reader.Next(out int field, out ReadOnlySpan<byte> content))
        {
            if (++costs.Fields > MostFields)
                throw new ConversionException($"it has more than {MostFields} fields");
            if (!Inside.TryGetValue((part, field), out Part inner))
                continue;
            if (inner == Part.Stranger)
                throw new ConversionException("it holds graphs within nodes, functions, sparse or quantised tensors "
                    + $"(field {field} of {part}), which no network of its time has");
            if (inner != Part.Packed)
                Measure(content, inner, costs, depth + 1);
            else if ((costs.Packed += content.Length) > MostPacked)
                throw new ConversionException($"it has more than {MostPacked >> 20} MiB of packed integers");
        }
    }
}
