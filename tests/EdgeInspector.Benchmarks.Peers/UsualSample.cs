using System.Diagnostics;
using EdgeInspector.Inspection.Frames;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.Peers;

/// <summary>
/// As most samples for C# do it: resize with OpenCV, fill a <see cref="DenseTensor{T}"/> pixel by pixel, run with <see
/// cref="NamedOnnxValue"/>.
/// </summary>
internal sealed class UsualSample : IContender
{
    private readonly InferenceSession _session;
    private readonly int _side;

    public UsualSample(string model, int side, int threads)
    {
        _side = side;
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(model, options);
    }

    public string Name => "the usual C# sample";

    public (double Milliseconds, float[] Outputs) Classify(Frame frame, int number)
    {
        long start = Stopwatch.GetTimestamp();
        using Mat picture = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
        int side = Math.Min(frame.Width, frame.Height);
        using Mat crop = picture[new Rect((frame.Width - side) / 2, (frame.Height - side) / 2, side, side)];
        using Mat resized = crop.Resize(new Size(_side, _side));
        var tensor = new DenseTensor<float>([1, 3, _side, _side]);
        for (int y = 0; y < _side; y++)
        {
            for (int x = 0; x < _side; x++)
            {
                Vec3b pixel = resized.At<Vec3b>(y, x);
                tensor[0, 0, y, x] = pixel.Item2 / 255f;
                tensor[0, 1, y, x] = pixel.Item1 / 255f;
                tensor[0, 2, y, x] = pixel.Item0 / 255f;
            }
        }
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = _session.Run(
            [NamedOnnxValue.CreateFromTensor("data", tensor)]);
        float[] outputs = [.. results[0].AsEnumerable<float>()];
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, outputs);
    }

    public void Dispose() => _session.Dispose();
}
