using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Delivery.Images.Calls;

/// <summary>A picture that a caller brought, and what the model said of it.</summary>
/// <param name="Id">The id of the answer.</param>
/// <param name="Station">The station whose model was asked.</param>
/// <param name="Name">Who called, in a word.</param>
/// <param name="At">When.</param>
/// <param name="File">The picture as it was brought.</param>
/// <param name="Frame">The same, decoded; only read during the call.</param>
/// <param name="Predictions">What the model said.</param>
/// <param name="Answer">The answer as JSON, kept beside the picture.</param>
public sealed record CallPicture(
    Guid Id,
    string Station,
    string Name,
    DateTimeOffset At,
    byte[] File,
    Frame Frame,
    IReadOnlyList<Prediction> Predictions,
    byte[] Answer);
