using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Recognising;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tests.Preprocessing;

/// <summary>Preprocessing plans for tests, by what is said of it.</summary>
internal static class Plans
{
    private static readonly Dictionary<string, string> None = [];

    public static PreprocessingPlan Of(
        PreprocessingOptions station,
        IReadOnlyDictionary<string, string>? onnx = null,
        IReadOnlyDictionary<string, string>? json = null,
        ModelKind kind = ModelKind.Classifier,
        PreprocessingOptions? package = null,
        Convention? convention = null) =>
        PreprocessingPlan.Decide(
            new PreprocessingSources(station, package ?? new(), onnx ?? None, json ?? None, convention ?? new Convention("default")), kind);
}
