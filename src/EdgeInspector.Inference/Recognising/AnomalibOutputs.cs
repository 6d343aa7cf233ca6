namespace EdgeInspector.Inference.Recognising;

/// <summary>Anomalib's names of its networks' outputs, and the name of their one tag where the package names none.</summary>
public static class AnomalibOutputs
{
    /// <summary>A score for each picture, [N].</summary>
    public const string Score = "pred_score";

    /// <summary>How conspicuous each place is, [N,1,H,W].</summary>
    public const string Map = "anomaly_map";

    /// <summary>The tag of all boxes.</summary>
    public const string DefaultTag = "anomaly";
}
