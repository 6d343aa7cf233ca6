using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Web.Predicting;

namespace EdgeInspector.Web.CustomVision;

/// <summary>The answer of Custom Vision's Prediction API, v3.0 and v3.1 (<c>ImagePrediction</c>).</summary>
/// <param name="Id">Of this answer; of the container's answers empty.</param>
/// <param name="Project">The project's id; of the container's answers empty.</param>
/// <param name="Iteration">The iteration's id; of the container's answers empty.</param>
/// <param name="Created">When, in UTC.</param>
/// <param name="Predictions">Highest probability first.</param>
internal sealed record PredictionResult(
    string Id, string Project, string Iteration, DateTime Created, IReadOnlyList<PredictionOfTag> Predictions)
{
    /// <summary>The answer to a call that names project and iteration, as ids: those of the caller, or made from the names.</summary>
    public static PredictionResult Of(PictureAnswer answer, Guid id, string project, DateTimeOffset at) => new(
        id.ToString(), IdOf(project), IdOf(answer.Model!.Iteration ?? answer.Model.Package), at.UtcDateTime,
        [.. answer.Predictions.Select(one => PredictionOfTag.Of(one, IdOf($"{answer.Model.Package} {one.TagName}")))]);

    /// <summary>The answer of the exported container, whose ids are empty.</summary>
    public static PredictionResult OfContainer(PictureAnswer answer, DateTimeOffset at) =>
        new("", "", "", at.UtcDateTime, [.. answer.Predictions.Select(one => PredictionOfTag.Of(one, ""))]);

    /// <summary>The id of a name: the name itself where it is one; else one that is the same for ever, on every machine.</summary>
    public static string IdOf(string name) =>
        Guid.TryParse(name, out Guid id) ? id.ToString() : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).ToString();
}

/// <summary>One prediction of an answer.</summary>
/// <param name="Probability">0..1.</param>
/// <param name="TagId">The tag's id; of the container's answers empty.</param>
/// <param name="TagName">The tag.</param>
/// <param name="BoundingBox">Where, of a detector; left out for a classifier.</param>
/// <param name="TagType">Always <c>Regular</c>.</param>
internal sealed record PredictionOfTag(
    double Probability,
    string TagId,
    string TagName,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PredictionBox? BoundingBox,
    string TagType)
{
    public static PredictionOfTag Of(in Prediction prediction, string tagId) => new(
        prediction.Probability, tagId, prediction.TagName,
        prediction.BoundingBox is { } box ? new PredictionBox(box.Left, box.Top, box.Width, box.Height) : null, "Regular");
}

/// <summary>A box, each side as a share of the picture's.</summary>
/// <param name="Left">From the left edge.</param>
/// <param name="Top">From the upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal sealed record PredictionBox(double Left, double Top, double Width, double Height);
