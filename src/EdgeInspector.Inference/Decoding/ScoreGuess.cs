namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// What the numbers at the end of a classifier are: as the settings or the package say, otherwise as the network's last operator tells.
/// </summary>
/// <param name="Kind">What the numbers are.</param>
/// <param name="Source">Where that is said, in words.</param>
/// <param name="Note">What the user should know; null when nothing was guessed.</param>
internal sealed record ScoreGuess(ScoreKind Kind, string Source, string? Note)
{
    // Last operators of networks that were trained with the softmax or the logistic function inside the loss.
    private static readonly HashSet<string> LogitOperators = new(StringComparer.Ordinal)
    {
        "Gemm", "MatMul", "Add", "Conv", "FC", "LogSoftmax", "GlobalAveragePool", "ReduceMean", "BatchNormalization",
        "MatMulInteger", "QLinearMatMul", "QGemm", "QLinearAdd", "QLinearConv", "FusedGemm", "FusedMatMul",
    };

    /// <summary>True for an operator that gives any number, not probabilities.</summary>
    public static bool GivesLogits(string lastOperator) => LogitOperators.Contains(lastOperator);

    /// <summary>Decides for one output.</summary>
    /// <param name="station">The station's setting, or null.</param>
    /// <param name="package">The package.</param>
    /// <param name="output">The output's name.</param>
    /// <param name="isSingle">True when there is one number for two tags.</param>
    public static ScoreGuess For(ScoreKind? station, ModelPackage package, string output, bool isSingle)
    {
        if (station is { } chosen)
            return new ScoreGuess(chosen, "setting", null);
        if (package.Settings?.Classifier.Scores is { } packaged)
            return new ScoreGuess(packaged, "edgeinspector.json", null);
        string last = package.Network.OutputOperators.GetValueOrDefault(output, "");
        if (!GivesLogits(last))
            return new ScoreGuess(ScoreKind.Probabilities, last.Length == 0 ? "default" : $"the network ends in {last}", null);
        ScoreKind guess = isSingle ? ScoreKind.Sigmoid : ScoreKind.Softmax;
        return new ScoreGuess(
            guess, $"the network ends in {last}",
            $"The network ends in {last}, so its numbers are no probabilities. {guess} is guessed to make them such; "
            + "Classifier:Scores of the station, "
            + "or of an edgeinspector.json in the package, decides otherwise.");
    }
}
