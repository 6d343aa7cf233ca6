using System.Diagnostics;
using EdgeInspector.Inspection.Frames;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.Peers;

/// <summary>
/// ML.NET's image pipeline: resize, extract pixels, apply the ONNX model, one frame at a time through a prediction engine.
/// </summary>
internal sealed class MlNetPipeline : IContender
{
    private readonly PredictionEngine<Input, Output> _engine;

    public MlNetPipeline(string model, int side, int threads, Frame first)
    {
        var context = new MLContext(seed: 1);
        var chain = context.Transforms
            .ResizeImages("resized", side, side, nameof(Input.Picture), ImageResizingEstimator.ResizingKind.IsoCrop)
            .Append(context.Transforms.ExtractPixels(
                "data", "resized", scaleImage: 1 / 255f, orderOfExtraction: ImagePixelExtractingEstimator.ColorsOrder.ARGB))
            .Append(context.Transforms.ApplyOnnxModel(new OnnxOptions
            {
                ModelFile = model,
                InputColumns = ["data"],
                OutputColumns = ["model_output"],
                IntraOpNumThreads = threads,
                InterOpNumThreads = 1,
                ShapeDictionary = new Dictionary<string, int[]> { ["data"] = [1, 3, side, side], ["model_output"] = [1, 5] },
            }));
        using MLImage image = Picture(first);
        IDataView empty = context.Data.LoadFromEnumerable([new Input { Picture = image }]);
        _engine = context.Model.CreatePredictionEngine<Input, Output>(chain.Fit(empty));
    }

    public string Name => "ML.NET's image pipeline";

    public (double Milliseconds, float[] Outputs) Classify(Frame frame, int number)
    {
        long start = Stopwatch.GetTimestamp();
        using MLImage picture = Picture(frame);
        Output output = _engine.Predict(new Input { Picture = picture });
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, output.Probabilities);
    }

    public void Dispose() => _engine.Dispose();

    /// <summary>An image of ML.NET has four channels; a camera gives three.</summary>
    private static MLImage Picture(Frame frame)
    {
        using Mat three = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
        using Mat four = three.CvtColor(ColorConversionCodes.BGR2BGRA);
        unsafe
        {
            return MLImage.CreateFromPixels(frame.Width, frame.Height, MLPixelFormat.Bgra32, new ReadOnlySpan<byte>(
                four.DataPointer, checked((int)(four.Total() * 4))));
        }
    }

    private sealed class Input
    {
        [ImageType(1200, 1920)]
        public MLImage? Picture { get; set; }
    }

    private sealed class Output
    {
        [ColumnName("model_output"), VectorType(5)]
        public float[] Probabilities { get; set; } = [];
    }
}
