namespace EdgeInspector.Inference;

/// <summary>
/// What an ONNX file says of its network beyond inputs and outputs: who wrote it, and what stands at its two ends. Found without running
/// it.
/// </summary>
public sealed record NetworkFacts
{
    /// <summary>Nothing is known.</summary>
    public static NetworkFacts Unknown { get; } = new();

    /// <summary>
    /// The program that wrote the file, as it calls itself: <c>pytorch</c>, <c>tf2onnx</c>, …; empty when it does not say.
    /// </summary>
    public string Producer { get; init; } = "";

    /// <summary>The file's own properties (<c>metadata_props</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The operator that computes each output, by the output's name; what only changes its shape or type is passed over: <c>Softmax</c>,
    /// <c>Gemm</c>, …
    /// </summary>
    public IReadOnlyDictionary<string, string> OutputOperators { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The operators between the picture and the first weights, in order: <c>Sub</c>, <c>Div</c> where the network normalises by itself.
    /// </summary>
    public IReadOnlyList<string> FirstOperators { get; init; } = [];
}
