namespace EdgeInspector.Inference;

/// <summary>
/// What an ONNX file says of its network beyond inputs and outputs: who wrote the file, and which operators stand at the two ends of the
/// network. Found without running the network.
/// </summary>
public sealed record NetworkFacts
{
    /// <summary>Nothing is known.</summary>
    public static NetworkFacts Unknown { get; } = new();

    /// <summary>
    /// The program that wrote the file, as the program calls itself: <c>pytorch</c>, <c>tf2onnx</c>, …; empty when the file does not say.
    /// </summary>
    public string Producer { get; init; } = "";

    /// <summary>The file's own properties (<c>metadata_props</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The operator that computes each output, by the output's name; operators that only change shape or type are passed over:
    /// <c>Softmax</c>, <c>Gemm</c>, …
    /// </summary>
    public IReadOnlyDictionary<string, string> OutputOperators { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The operators between the picture and the first weights, in order; <c>Sub</c>, <c>Div</c> show that the network normalises by
    /// itself.
    /// </summary>
    public IReadOnlyList<string> FirstOperators { get; init; } = [];
}
