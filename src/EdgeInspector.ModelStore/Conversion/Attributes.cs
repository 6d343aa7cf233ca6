using Onnx;
using static Onnx.AttributeProto.Types;

namespace EdgeInspector.ModelStore.Conversion;

/// <summary>Attributes of a node by name.</summary>
internal static class Attributes
{
    /// <summary>
    /// Attributes that are single real numbers in the operators of that time. Their type must be known here: if a file gives no type, a
    /// value of 0 does not tell the type.
    /// </summary>
    private static readonly HashSet<string> Reals = new(StringComparer.Ordinal)
        { "alpha", "beta", "gamma", "epsilon", "momentum", "value", "ratio", "min", "max", "scale", "bias", "height_scale", "width_scale" };

    public static AttributeProto? Find(this NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    /// <summary>An integer; the default where the attribute is missing.</summary>
    public static long Integer(this NodeProto node, string name, long otherwise) => node.Find(name) is not { } found ? otherwise
        : found.Type == AttributeType.Int
            ? found.I
            : throw OldGraph.Refuse(node, $"gives its attribute '{name}' another type than an integer");

    /// <summary>A list of integers; an empty list where the attribute is missing.</summary>
    public static IReadOnlyList<long> Integers(this NodeProto node, string name) => node.Find(name)?.Ints ?? (IReadOnlyList<long>)[];

    /// <summary>Removes attributes that no longer have a meaning.</summary>
    public static void Drop(this NodeProto node, OldGraph graph, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (node.Find(name) is not { } found)
                continue;
            node.Attribute.Remove(found);
            graph.NoteDropped(name);
        }
    }

    public static AttributeProto Of(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        attribute.Ints.Add(values);
        return attribute;
    }

    public static AttributeProto Of(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    /// <summary>Gives attributes the type that files before the third version of the format leave out.</summary>
    public static void Complete(NodeProto node)
    {
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (attribute.Type == AttributeType.Undefined)
                attribute.Type = TypeOf(attribute);
        }
    }

    private static AttributeType TypeOf(AttributeProto attribute) =>
        attribute.T is not null ? AttributeType.Tensor
        : attribute.Ints.Count > 0 ? AttributeType.Ints
        : attribute.Floats.Count > 0 ? AttributeType.Floats
        : attribute.Strings.Count > 0 ? AttributeType.Strings
        : attribute.S.Length > 0 ? AttributeType.String
        : attribute.F != 0 || Reals.Contains(attribute.Name) ? AttributeType.Float
        : AttributeType.Int;
}
