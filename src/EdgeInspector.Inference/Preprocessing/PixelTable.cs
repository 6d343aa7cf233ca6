using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// The 256 values that a channel's pixel can become: range, mean and deviation worked out once, exactly, and already in the tensor's type.
/// A pixel then costs one look-up, for float32 and float16 alike.
/// </summary>
internal sealed class PixelTable
{
    private PixelTable(TensorElementType type) => Type = type;

    /// <summary>The tensor's element type.</summary>
    public TensorElementType Type { get; }

    /// <summary>Three tables of 256, in the tensor's channel order; for float32.</summary>
    public float[] Singles { get; } = new float[768];

    /// <summary>The same as float16 bit patterns.</summary>
    public ushort[] Halves { get; } = new ushort[768];

    /// <summary>The same for uint8.</summary>
    public byte[] Bytes { get; } = new byte[768];

    /// <summary>True when the tensor's first channel is the frame's first (blue).</summary>
    public bool BlueFirst { get; private init; }

    public static PixelTable For(PreprocessingPlan plan, TensorElementType type)
    {
        var table = new PixelTable(type) { BlueFirst = plan.ColourOrder == ColourOrder.Bgr };
        for (int channel = 0; channel < 3; channel++)
        {
            for (int pixel = 0; pixel < 256; pixel++)
            {
                double ranged = plan.Range == ValueRange.ZeroToOne ? pixel / 255.0 : pixel;
                double value = (ranged - plan.Mean[channel]) / plan.Std[channel];
                int index = channel * 256 + pixel;
                table.Singles[index] = (float)value;
                table.Halves[index] = BitConverter.HalfToUInt16Bits((Half)value);
                table.Bytes[index] = (byte)Math.Clamp(Math.Round(value), 0, 255);
            }
        }
        return table;
    }
}
