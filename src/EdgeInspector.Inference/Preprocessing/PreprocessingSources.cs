using EdgeInspector.Inference.Recognising;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>Who may say how pictures are prepared, the most trusted first.</summary>
/// <param name="Station">The station's settings.</param>
/// <param name="Package">The package's <c>edgeinspector.json</c>.</param>
/// <param name="Onnx">The properties of the ONNX file.</param>
/// <param name="Json">The content of <c>metadata_properties.json</c>.</param>
/// <param name="Convention">How the trainer usually prepares pictures.</param>
internal sealed record PreprocessingSources(
    PreprocessingOptions Station,
    PreprocessingOptions Package,
    IReadOnlyDictionary<string, string> Onnx,
    IReadOnlyDictionary<string, string> Json,
    Convention Convention);
