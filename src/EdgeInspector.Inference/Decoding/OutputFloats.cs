using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Decoding;

/// <summary>Reads one numeric output as float32, whatever numeric type it has. Keeps a buffer for conversions.</summary>
internal sealed unsafe class OutputFloats(string name)
{
    private float[] _buffer = [];

    // The float32 output read last, which is often the same one again: asking ONNX Runtime for the address of its values allocates each
    // time.
    private OrtValue? _floats;
    private long[] _shape = [];
    private float* _memory;
    private int _length;

    /// <summary>The element types that can be read.</summary>
    public static bool CanRead(TensorElementType type) =>
        type is TensorElementType.Float or TensorElementType.Float16 or TensorElementType.Double or TensorElementType.Int64
            or TensorElementType.Int32;

    /// <summary>The picture's values, all finite; valid until the output is disposed or the next call.</summary>
    /// <exception cref="PredictionException">A value is not a number, or infinite.</exception>
    public ReadOnlySpan<float> Read(OrtValue output, PictureOfRun picture)
    {
        ReadOnlySpan<float> values = picture.Of(Convert(output), name);
        RequireFinite(values, name);
        return values;
    }

    /// <summary>The output's shape; not to be written to.</summary>
    public long[] ShapeOf(OrtValue output) => ReferenceEquals(output, _floats) ? _shape : output.GetTensorTypeAndShape().Shape;

    /// <summary>Refuses values that are not finite: no boxes because of NaN must not look like a part without defects.</summary>
    /// <exception cref="PredictionException">A value is not a number, or infinite.</exception>
    public static void RequireFinite(ReadOnlySpan<float> values, string name)
    {
        // The sum is finite unless a value is not, or unless the sum overflows, which is rare: only then each value is checked.
        if (values.IsEmpty || float.IsFinite(TensorPrimitives.SumOfMagnitudes(values)))
            return;
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                throw new PredictionException($"The model's output '{name}' contains {value}, which is no usable number.");
        }
    }

    private ReadOnlySpan<float> Convert(OrtValue output)
    {
        if (ReferenceEquals(output, _floats))
            return new ReadOnlySpan<float>(_memory, _length);
        OrtTensorTypeAndShapeInfo info = output.GetTensorTypeAndShape();
        TensorElementType type = info.ElementDataType;
        return type switch
        {
            TensorElementType.Float => Remember(output, info.Shape),
            TensorElementType.Float16 => FromHalf(MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>())),
            TensorElementType.Double => Truncate(output.GetTensorDataAsSpan<double>()),
            TensorElementType.Int64 => Truncate(output.GetTensorDataAsSpan<long>()),
            TensorElementType.Int32 => Truncate(output.GetTensorDataAsSpan<int>()),
            _ => throw new PredictionException($"The model's output '{name}' has the type {type}, which is not supported."),
        };
    }

    private ReadOnlySpan<float> Remember(OrtValue output, long[] shape)
    {
        ReadOnlySpan<float> values = output.GetTensorDataAsSpan<float>();
        // An output's native memory stays where it is for as long as it lives.
        _memory = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
        (_floats, _shape, _length) = (output, shape, values.Length);
        return values;
    }

    private Span<float> FromHalf(ReadOnlySpan<Half> values)
    {
        Span<float> buffer = Buffer(values.Length);
        TensorPrimitives.ConvertToSingle(values, buffer);
        return buffer;
    }

    private Span<float> Truncate<T>(ReadOnlySpan<T> values) where T : System.Numerics.INumberBase<T>
    {
        Span<float> buffer = Buffer(values.Length);
        TensorPrimitives.ConvertTruncating(values, buffer);
        return buffer;
    }

    private Span<float> Buffer(int length)
    {
        if (_buffer.Length < length)
            _buffer = new float[length];
        return _buffer.AsSpan(0, length);
    }
}
