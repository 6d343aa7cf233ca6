using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Web.Calling;

namespace EdgeInspector.Web.Predicting;

/// <summary>What a model says of a caller's picture, or why it says nothing.</summary>
/// <param name="Model">The model that ran; null where there is a fault.</param>
/// <param name="Predictions">Highest probability first: all tags of a classifier, all boxes that a detector gives.</param>
/// <param name="Fault">Why there is no answer.</param>
internal sealed record PictureAnswer(ModelIdentity? Model, IReadOnlyList<Prediction> Predictions, CallFault? Fault)
{
    public static PictureAnswer Refused(CallFault fault) => new(null, [], fault);
}
