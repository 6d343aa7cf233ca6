using System.Globalization;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// The input as the network declares it: <c>[N,3,H,W]</c>, <c>[N,H,W,3]</c>, or the same with one grey channel; float32, float16, float64
/// or uint8.
/// </summary>
/// <param name="Name">The input's name.</param>
/// <param name="Type">The element type.</param>
/// <param name="ChannelsFirst">True for <c>[N,3,H,W]</c>.</param>
/// <param name="Channels">3 for colours, 1 for grey.</param>
/// <param name="Width">The fixed width, or 0 when it is dynamic.</param>
/// <param name="Height">The fixed height, or 0 when it is dynamic.</param>
/// <param name="TakesMany">True when the first dimension is dynamic, so that any number of pictures may run at once.</param>
internal sealed record TensorInput(
    string Name, TensorElementType Type, bool ChannelsFirst, int Channels, int Width, int Height, bool TakesMany)
{
    /// <summary>True when the network takes grey pictures.</summary>
    public bool IsGrey => Channels == 1;

    /// <summary>Recognises an input, or says why it is not one for pictures.</summary>
    public static TensorInput? Recognise(string name, TensorElementType type, ReadOnlySpan<int> shape, out string problem)
    {
        problem = "";
        string found = $"input '{name}' {Shape(shape)} {TypeName(type)}";
        if (type is not (TensorElementType.Float or TensorElementType.Float16 or TensorElementType.Double or TensorElementType.UInt8))
        {
            problem = $"The model's {found} has a type that is not supported; float32, float16, float64 and uint8 are.";
            return null;
        }
        if (shape.Length != 4 || (shape[0] > 0 && shape[0] != 1))
        {
            problem = $"The model's {found} is not one picture; [1,3,height,width] or [1,height,width,3] is expected, "
                + "the first dimension may also be dynamic.";
            return null;
        }
        (bool channelsFirst, int channels) = (shape[1], shape[3]) switch
        {
            (3, _) => (true, 3),
            (_, 3) => (false, 3),
            (1, _) => (true, 1),
            (_, 1) => (false, 1),
            _ => (true, 0),
        };
        if (channels == 0)
        {
            problem = $"The model's {found} takes neither three colour channels nor one grey one; [1,3,height,width], [1,height,width,3], "
                + "[1,1,height,width] or [1,height,width,1] is expected.";
            return null;
        }
        (int height, int width) = channelsFirst ? (shape[2], shape[3]) : (shape[1], shape[2]);
        if (height > 4096 || width > 4096 || height == 0 || width == 0)
        {
            problem = $"The model's {found} is larger than 4096 pixels or empty.";
            return null;
        }
        return new TensorInput(name, type, channelsFirst, channels, Math.Max(0, width), Math.Max(0, height), shape[0] <= 0);
    }

    /// <summary>The shape for this number of pictures.</summary>
    public long[] ShapeFor(int pictures, int width, int height) =>
        ChannelsFirst ? [pictures, Channels, height, width] : [pictures, height, width, Channels];

    /// <inheritdoc />
    public override string ToString()
    {
        string height = Side(Height, "H"), width = Side(Width, "W");
        return $"{Name} [{(ChannelsFirst ? $"1,{Channels},{height},{width}" : $"1,{height},{width},{Channels}")}] {TypeName(Type)}";
    }

    /// <summary>A shape as people write it; dynamic dimensions as a question mark.</summary>
    public static string Shape(ReadOnlySpan<int> shape)
    {
        var words = new string[shape.Length];
        for (int i = 0; i < shape.Length; i++)
            words[i] = shape[i] < 0 ? "?" : shape[i].ToString(CultureInfo.InvariantCulture);
        return $"[{string.Join(',', words)}]";
    }

    /// <summary>The name of a type as ONNX people write it.</summary>
    public static string TypeName(TensorElementType type) => type switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };

    private static string Side(int side, string name) => side == 0 ? name : side.ToString(CultureInfo.InvariantCulture);
}
