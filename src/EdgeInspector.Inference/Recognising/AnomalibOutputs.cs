namespace EdgeInspector.Inference.Recognising;

/// <summary>What Anomalib calls the outputs of its networks, and what their one tag is called where the package does not say.</summary>
public static class AnomalibOutputs
{
    /// <summary>A score for each picture, [N].</summary>
    public const string Score = "pred_score";

    /// <summary>How conspicuous each place is, [N,1,H,W].</summary>
    public const string Map = "anomaly_map";

    /// <summary>The tag of all boxes.</summary>
    public const string DefaultTag = "anomaly";
}
