using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// What each value of a channel's pixel becomes. Range, mean and deviation are worked out once: as a scale and an offset for whole vectors
/// of float32, and for everything else as the 256 values themselves, in the tensor's type.
/// </summary>
internal sealed class PixelTable
{
    private PixelTable(TensorElementType type) => Type = type;

    /// <summary>The tensor's element type.</summary>
    public TensorElementType Type { get; }

    /// <summary>The factor of a pixel, 0..255; in the tensor's channel order.</summary>
    public float[] Scale { get; } = new float[3];

    /// <summary>What is added after the factor.</summary>
    public float[] Offset { get; } = new float[3];

    /// <summary>Three tables of 256, in the tensor's channel order; for float32.</summary>
    public float[] Singles { get; } = new float[768];

    /// <summary>The tables of <see cref="Singles"/> as float64.</summary>
    public double[] Doubles { get; } = new double[768];

    /// <summary>The tables of <see cref="Singles"/> as float16 bit patterns.</summary>
    public ushort[] Halves { get; } = new ushort[768];

    /// <summary>The tables for uint8.</summary>
    public byte[] Bytes { get; } = new byte[768];

    /// <summary>True when the tensor's first channel is the frame's first (blue).</summary>
    public bool BlueFirst { get; private init; }

    public static PixelTable For(PreprocessingPlan plan, TensorElementType type)
    {
        var table = new PixelTable(type) { BlueFirst = plan.ColourOrder == ColourOrder.Bgr };
        for (int channel = 0; channel < 3; channel++)
        {
            (double divisor, double lowest) = plan.Range switch
            {
                ValueRange.ZeroToOne => (255.0, 0.0),
                ValueRange.MinusOneToOne => (127.5, -1.0),
                _ => (1.0, 0.0),
            };
            table.Scale[channel] = (float)(1 / divisor / plan.Std[channel]);
            table.Offset[channel] = (float)((lowest - plan.Mean[channel]) / plan.Std[channel]);
            for (int pixel = 0; pixel < 256; pixel++)
            {
                double value = ((pixel / divisor) + lowest - plan.Mean[channel]) / plan.Std[channel];
                int index = channel * 256 + pixel;
                table.Singles[index] = (float)value;
                table.Doubles[index] = value;
                table.Halves[index] = BitConverter.HalfToUInt16Bits((Half)value);
                table.Bytes[index] = (byte)Math.Clamp(Math.Round(value), 0, 255);
            }
        }
        return table;
    }
}
