namespace EdgeInspector.Inspection.Predictions;

/// <summary>A model could not be run on a frame; the part gets the verdict <c>none</c> with the reason <c>model</c>.</summary>
public sealed class PredictionException(string message, Exception? inner = null) : Exception(message, inner);
