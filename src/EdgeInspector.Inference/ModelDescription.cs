using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference;

/// <summary>What was recognised in a package, in words, for <c>doctor</c>, imports and logs.</summary>
/// <param name="Kind">Classifier or detector.</param>
/// <param name="Input">Name, shape and type: <c>data [1,3,224,224] float32, NCHW</c>.</param>
/// <param name="Outputs">Name, shape and type of each output that is read.</param>
/// <param name="Tags">The tags in the order of the model's outputs.</param>
/// <param name="Preprocessing">How a picture becomes the input, and which source said so.</param>
/// <param name="Decoder">How the outputs become predictions.</param>
public sealed record ModelDescription(
    ModelKind Kind, string Input, IReadOnlyList<string> Outputs, IReadOnlyList<string> Tags, string Preprocessing, string Decoder)
{
    /// <summary>What was changed in a network of an old format so that the network runs; null: the network runs as it is.</summary>
    public string? Conversion { get; init; }

    /// <inheritdoc />
    public override string ToString() =>
        $"{(Kind == ModelKind.Classifier ? "classifier" : "detector")} of {Tags.Count} tags "
        + $"({string.Join(", ", Tags.Take(20))}{(Tags.Count > 20 ? ", …" : "")}); "
        + $"input {Input}; preprocessing: {Preprocessing}; outputs {string.Join(", ", Outputs)}; {Decoder}" +
        (Conversion is null ? "" : $"; of an old format, runs converted in memory ({Conversion})");
}
