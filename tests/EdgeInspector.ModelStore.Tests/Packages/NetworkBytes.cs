using System.Text;

namespace EdgeInspector.ModelStore.Tests.Packages;

/// <summary>
/// Writes ONNX files field by field, as far as <c>NetworkReader</c> looks: who wrote them, properties, nodes, tags. Field numbers as in
/// onnx.proto.
/// </summary>
internal static class NetworkBytes
{
    /// <summary>A file of a graph's fields and further fields of the model.</summary>
    public static byte[] Model(byte[][] graph, params byte[][] more) =>
        [.. Number(1, 8), .. Field(7, graph), .. Field(8, Number(2, 13)), .. more.SelectMany(part => part)];

    public static byte[] Producer(string name) => Text(2, name);

    public static byte[] Property(string key, string value) => Field(14, Text(1, key), Text(2, value));

    public static byte[] Input(string name) => Field(11, Text(1, name));

    public static byte[] Output(string name) => Field(12, Text(1, name));

    public static byte[] Weights(string name) => Field(5, Text(8, name));

    public static byte[] Node(string kind, string[] inputs, string[] outputs, params byte[][] attributes) =>
        Field(1, [.. inputs.Select(input => Text(1, input)), .. outputs.Select(output => Text(2, output)), Text(4, kind), .. attributes]);

    /// <summary>An attribute that holds texts.</summary>
    public static byte[] Texts(string name, params string[] texts) => Field(5, [Text(1, name), .. texts.Select(text => Text(9, text))]);

    /// <summary>An attribute that holds a tensor of texts.</summary>
    public static byte[] TensorOfTexts(string name, params string[] texts) =>
        Field(5, Text(1, name), Field(5, [.. texts.Select(text => Text(6, text))]));

    /// <summary>A tensor of texts among the weights.</summary>
    public static byte[] InitializerOfTexts(string name, params string[] texts) =>
        Field(5, [Text(8, name), .. texts.Select(text => Text(6, text))]);

    /// <summary>The end of a Custom Vision classifier: softmax, map and the best tag.</summary>
    public static byte[][] ClassifierEnd(params string[] tags) =>
    [
        Input("data"), Weights("w"), Node("Conv", ["data", "w"], ["y"]), Node("Softmax", ["y"], ["p"]),
        Node("ZipMap", ["p"], ["loss"], Texts("classlabels_strings", tags)), Output("classLabel"), Output("loss"),
    ];

    /// <summary>The same with numbers for tags.</summary>
    public static byte[][] NumberedEnd(bool isPacked, params ulong[] tags) =>
    [
        Input("data"), Weights("w"), Node("Conv", ["data", "w"], ["y"]), Node("Softmax", ["y"], ["p"]),
        Node("ZipMap", ["p"], ["loss"], Field(
            5,
            [Text(1, "classlabels_int64s"), .. isPacked ? [Field(8, [.. tags.SelectMany(Varint)])] : tags.Select(tag => Number(8, tag))])),
        Output("classLabel"), Output("loss"),
    ];

    private static byte[] Field(int number, params byte[][] content)
    {
        byte[] all = [.. content.SelectMany(part => part)];
        return [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)all.Length), .. all];
    }

    private static byte[] Number(int number, ulong value) => [.. Varint((ulong)number << 3), .. Varint(value)];

    private static byte[] Text(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
