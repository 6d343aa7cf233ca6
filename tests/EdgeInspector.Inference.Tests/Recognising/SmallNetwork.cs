using System.Text;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Tests.Recognising;

/// <summary>
/// An ONNX file whose inputs and outputs are of any shape, and which really runs: each output is filled with one value. A side below 1 is
/// declared as dynamic; what an output has in truth may be said apart. Field numbers as in onnx.proto.
/// </summary>
internal sealed class SmallNetwork
{
    private readonly List<byte[]> _inputs = [];
    private string _first = "";
    private bool _hasNothing;
    private readonly List<byte[]> _outputs = [];
    private readonly List<byte[]> _nodes = [];
    private readonly Dictionary<string, string> _properties = [];

    public IReadOnlyDictionary<string, string> Properties => _properties;

    public SmallNetwork Input(string name, TensorElementType type, params int[] sides)
    {
        _first = _inputs.Count == 0 ? name : _first;
        _inputs.Add(Value(name, type, sides));
        return this;
    }

    public SmallNetwork Picture(int side = 640) => Input("images", TensorElementType.Float, 1, 3, side, side);

    public SmallNetwork Output(string name, params int[] sides) => Output(name, TensorElementType.Float, sides, sides);

    /// <summary>An output.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its type: float or int64.</param>
    /// <param name="declared">The shape that the file declares.</param>
    /// <param name="actual">The shape that comes out.</param>
    /// <param name="value">What it is filled with.</param>
    public SmallNetwork Output(string name, TensorElementType type, int[] declared, int[] actual, float value = 0)
    {
        _outputs.Add(Value(name, type, declared));
        byte[] shape =
            [.. Number(1, (ulong)actual.Length), .. Number(2, 7), .. Field(7, [.. actual.SelectMany(side => Varint((ulong)side))])];
        _nodes.Add(Field(1, [.. Text(2, name + "_sides"), .. Text(4, "Constant"), .. Attribute("value", shape)]));
        _nodes.Add(
            declared.Any(side => side < 1)
                ? Node("Add", [name + "_sides", Nothing()], name + "_shape")
                : Node("Identity", [name + "_sides"], name + "_shape"));
        byte[] fill = type == TensorElementType.Float
            ? [.. Number(1, 1), .. Number(2, 1), .. Field(9, BitConverter.GetBytes(value))]
            : [.. Number(1, 1), .. Number(2, 7), .. Field(9, BitConverter.GetBytes((long)value))];
        _nodes.Add(Field(1, [.. Text(1, name + "_shape"), .. Text(2, name), .. Text(4, "ConstantOfShape"), .. Attribute("value", fill)]));
        return this;
    }

    /// <summary>A 0 that nobody can know before the network runs, so that what is declared as dynamic is.</summary>
    private string Nothing()
    {
        if (_hasNothing)
            return "nothing";
        _hasNothing = true;
        _nodes.Add(Node("ReduceMean", [_first], "mean", [.. Text(1, "keepdims"), .. Number(3, 0), .. Number(20, 2)]));
        _nodes.Add(Node("Sub", ["mean", "mean"], "zero"));
        _nodes.Add(Node("Cast", ["zero"], "nothing", [.. Text(1, "to"), .. Number(3, 7), .. Number(20, 2)]));
        return "nothing";
    }

    private static byte[] Node(string kind, string[] inputs, string output, byte[]? attribute = null) =>
        Field(1, [
            .. inputs.SelectMany(input => Text(1, input)),
            .. Text(2, output),
            .. Text(4, kind),
            .. attribute is null ? [] : Field(5, attribute),
        ]);

    public SmallNetwork Property(string key, string value)
    {
        _properties[key] = value;
        return this;
    }

    public byte[] ToBytes()
    {
        byte[] graph =
        [
            .. _nodes.SelectMany(node => node),
            .. Text(2, "small"),
            .. _inputs.SelectMany(value => Field(11, value)),
            .. _outputs.SelectMany(value => Field(12, value)),
        ];
        return [.. Number(1, 8), .. Text(2, "tests"), .. Field(7, graph), .. Field(8, [.. Text(1, ""), .. Number(2, 13)]),
            .. _properties.SelectMany(property => Field(14, [.. Text(1, property.Key), .. Text(2, property.Value)]))];
    }

    private static byte[] Attribute(string name, byte[] tensor) => Field(5, [.. Text(1, name), .. Field(5, tensor), .. Number(20, 4)]);

    private static byte[] Value(string name, TensorElementType type, int[] sides)
    {
        byte[] shape = [.. sides.SelectMany((side, i) => Field(1, side > 0 ? Number(1, (ulong)side) : Text(2, $"{name}_{i}")))];
        return [.. Text(1, name), .. Field(2, Field(1, [.. Number(1, (ulong)type), .. Field(2, shape)]))];
    }

    private static byte[] Field(int number, byte[] content) =>
        [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Number(int number, ulong value) => [.. Varint((ulong)number << 3), .. Varint(value)];

    private static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
