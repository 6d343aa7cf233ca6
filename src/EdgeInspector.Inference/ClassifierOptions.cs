namespace EdgeInspector.Inference;

/// <summary>How the numbers of a classifier are read; of no effect on detectors.</summary>
public sealed record ClassifierOptions
{
    /// <summary>
    /// What the network's numbers are; default: as the network's last operator says, so that logits get the function that they lack.
    /// </summary>
    public ScoreKind? Scores { get; init; }
}

/// <summary>What the numbers at the end of a classifier are.</summary>
public enum ScoreKind
{
    /// <summary>Probabilities, to be taken as they are.</summary>
    Probabilities,

    /// <summary>Logits of which one tag is right: softmax over all.</summary>
    Softmax,

    /// <summary>Logits of which several tags may be right: the logistic function of each.</summary>
    Sigmoid,
}
