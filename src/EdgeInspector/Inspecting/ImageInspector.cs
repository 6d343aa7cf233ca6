using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspecting;

/// <summary>Gives verdicts on image files: the same preprocessing, model and rules as on the line, without a camera and a broker.</summary>
/// <param name="generation">The model; owned by the caller.</param>
/// <param name="rules">The rules.</param>
/// <param name="minimumProbability">Predictions below this are left out.</param>
/// <param name="bitDepth">How many bits the values of 16-bit pictures use; null: what each file says.</param>
/// <param name="formats">The formats that are read; null: the usual ones.</param>
internal sealed class ImageInspector(
    IGeneration generation, RuleSet rules, double minimumProbability, int? bitDepth, IReadOnlyList<PictureFormat>? formats)
    : IDisposable
{
    private readonly PictureGate _gate = new(new PictureOptions());
    private readonly FramePool _frames = new();
    private readonly ImageLimits _limits = ImageLimits.Of(formats);
    private readonly List<Prediction> _predictions = [];

    public InspectedImage Inspect(FoundPicture found)
    {
        string file = found.Path;
        if (found.Problem is { } problem)
            return InspectedImage.Unreadable(file, problem);
        ImageReading reading = ImageFile.Read(file, _frames, _limits, bitDepth);
        if (reading.Frame is not { } frame)
            return InspectedImage.Unreadable(file, reading.Problem!);
        try
        {
            Verdict verdict = PageRules.Judge(generation, rules, frame, _predictions, null, out PredictionTiming timing, out _);
            // What the model says of the picture is told all the same.
            if (_gate.Refuse(frame, out _) is { } refused)
                verdict = Verdict.None(NoneReason.Picture, refused);
            return new InspectedImage(
                file,
                verdict.Kind,
                verdict.Rule,
                [.. _predictions.Where(p => p.Probability >= minimumProbability)
                    .OrderByDescending(p => p.Probability)
                    .Select(PredictedTag.From)],
                generation.Model.Package,
                generation.Model.Iteration,
                Math.Round(timing.Total.TotalMilliseconds, 3),
                null);
        }
        catch (PredictionException fault)
        {
            return InspectedImage.Unreadable(file, fault.Message);
        }
        finally
        {
            frame.Release();
        }
    }

    public void Dispose() => _frames.Dispose();
}
