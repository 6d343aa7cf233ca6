using System.Numerics.Tensors;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// How much of the picture a segment covers. The network gives <c>[1,K,h,w]</c> prototypes for all segments and K coefficients for each
/// box; the segment is where the logistic function of coefficients · prototypes exceeds 0.5, within the box (YOLACT, and Ultralytics after
/// it).
/// </summary>
/// <param name="output">Name of the output with the prototypes.</param>
internal sealed class SegmentArea(string output)
{
    private readonly OutputFloats _floats = new(output);
    private float[] _sums = [];

    /// <summary>The share of the picture's pixels that belong to the segment, 0..1.</summary>
    /// <param name="prototypes">The output.</param>
    /// <param name="picture">Which picture of the run.</param>
    /// <param name="coefficients">One number for each prototype.</param>
    /// <param name="box">Where to look, shares of the picture.</param>
    /// <exception cref="PredictionException">The prototypes are not of the shape that the coefficients need.</exception>
    public float Of(OrtValue prototypes, PictureOfRun picture, ReadOnlySpan<float> coefficients, in BoundingBox box)
    {
        long[] shape = _floats.ShapeOf(prototypes);
        if (shape.Length != 4 || shape[1] != coefficients.Length)
            throw new PredictionException($"The model's output '{output}' has no {coefficients.Length} prototypes for segments.");
        ReadOnlySpan<float> values = _floats.Read(prototypes, picture);
        int height = (int)shape[2], width = (int)shape[3];
        (int left, int right) = Pixels(box.Left, box.Width, width);
        (int top, int bottom) = Pixels(box.Top, box.Height, height);
        int columns = right - left, inside = 0;
        if (_sums.Length < columns)
            _sums = new float[columns];
        Span<float> sums = _sums.AsSpan(0, columns);
        for (int y = top; y < bottom; y++)
        {
            sums.Clear();
            for (int k = 0; k < coefficients.Length; k++)
                TensorPrimitives.MultiplyAdd(values.Slice((((k * height) + y) * width) + left, columns), coefficients[k], sums, sums);
            foreach (float sum in sums)
                inside += sum > 0 ? 1 : 0;
        }
        return (float)inside / (width * height);
    }

    private static (int From, int To) Pixels(float from, float length, int side)
    {
        int first = Math.Clamp((int)MathF.Round(from * side), 0, side - 1);
        return (first, Math.Clamp((int)MathF.Round((from + length) * side), first + 1, side));
    }
}
