using System.Text;

namespace EdgeInspector.Tests.Support;

/// <summary>
/// A model package whose ONNX graph loops for ever, inside ONNX Runtime's native code, once it sees a bright pixel;
/// the grey picture of the warm-up it judges at once. Written as protobuf by hand (onnx.proto3 of ONNX 1.8, operator set 13).
/// </summary>
internal static class HangingModel
{
    private const int Float = 1;
    private const int Long = 7;
    private const int Bool = 9;

    public static string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "labels.txt"), ["ok", "scratch"]);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), Model());
        // Nothing in the network says so, and what is guessed of a network that ends in Add is something else.
        File.WriteAllText(
            Path.Combine(folder, "edgeinspector.json"),
            """
            {
              "Preprocessing": {
                "ColourOrder": "Bgr", "Range": "ZeroTo255", "Mean": [0], "Std": [1],
                "Crop": "NoCrop", "Resize": "Stretch", "Interpolation": "Linear"
              },
              "Classifier": { "Scores": "Probabilities" }
            }
            """);
        return folder;
    }

    private static byte[] Model()
    {
        byte[] body = [
            .. Node("Identity", ["go_on"], ["goes_on"]),
            .. Node("Identity", ["before"], ["after"]),
            .. Text(2, "body"),
            .. Value(11, "turn", Long), .. Value(11, "go_on", Bool), .. Value(11, "before", Float),
            .. Value(12, "goes_on", Bool), .. Value(12, "after", Float)];
        byte[] bodyAttribute = [.. Text(1, "body"), .. Bytes(6, body), .. Number(20, 5)];
        byte[] keepDims = [.. Text(1, "keepdims"), .. Number(3, 0), .. Number(20, 2)];
        byte[] graph = [
            .. Node("ReduceMax", ["data"], ["brightest"], keepDims),
            .. Node("Greater", ["brightest", "limit"], ["bright"]),
            .. Node("Loop", ["", "bright", "brightest"], ["looped"], bodyAttribute),
            .. Node("Mul", ["looped", "nothing"], ["zero"]),
            .. Node("Add", ["zero", "answer"], ["probabilities"]),
            .. Text(2, "hangs"),
            .. Constant("limit", [], 140), .. Constant("nothing", [], 0), .. Constant("answer", [1, 2], 0.9f, 0.1f),
            .. Value(11, "data", Float, 1, 3, 32, 32),
            .. Value(12, "probabilities", Float, 1, 2)];
        return [.. Number(1, 7), .. Bytes(7, graph), .. Bytes(8, [.. Text(1, ""), .. Number(2, 13)])];
    }

    private static byte[] Node(string kind, string[] inputs, string[] outputs, byte[]? attribute = null) => Bytes(1, [
        .. inputs.SelectMany(input => Text(1, input)),
        .. outputs.SelectMany(output => Text(2, output)),
        .. Text(4, kind),
        .. attribute is null ? [] : Bytes(5, attribute)]);

    private static byte[] Constant(string name, long[] shape, params float[] values) => Bytes(5, [
        .. shape.SelectMany(side => Number(1, side)), .. Number(2, Float), .. Text(8, name),
        .. Bytes(9, [.. values.SelectMany(BitConverter.GetBytes)])]);

    private static byte[] Value(int field, string name, int type, params long[] shape)
    {
        byte[] sides = [.. shape.SelectMany(side => Bytes(1, Number(1, side)))];
        return Bytes(field, [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, type), .. Bytes(2, sides)]))]);
    }

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] content) => [.. VarInt((field << 3) | 2), .. VarInt(content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. VarInt(field << 3), .. VarInt(value)];

    private static byte[] VarInt(long value)
    {
        var bytes = new List<byte>();
        for (ulong left = (ulong)value; ; left >>= 7)
        {
            if (left < 0x80)
                return [.. bytes, (byte)left];
            bytes.Add((byte)(left | 0x80));
        }
    }
}
