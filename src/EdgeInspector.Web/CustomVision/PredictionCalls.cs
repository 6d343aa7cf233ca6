using EdgeInspector.Delivery.Images.Calls;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Describing;
using EdgeInspector.Web.Predicting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.CustomVision;

/// <summary>
/// Custom Vision's Prediction API: <c>POST /customvision/v3.0/Prediction/PROJECT/classify|detect/iterations/NAME/image|url[/nostore]</c>,
/// also v3.1; letters of either case.
/// </summary>
/// <param name="stations">Which station answers for which project and iteration.</param>
/// <param name="pictures">From a call to what a model says.</param>
/// <param name="calls">Keeps the pictures of calls; null: nobody does.</param>
/// <param name="key">Whether a caller may call.</param>
/// <param name="time">The clock.</param>
internal sealed class PredictionCalls(
    PredictionStations stations, PictureCalls pictures, CallPictures? calls, CallKey key, TimeProvider time)
{
    private const string Route =
        "/customvision/{version:regex(^v3\\.[01]$)}/Prediction/{project}/{kind:regex(^(classify|detect)$)}/iterations/{iteration}/";

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string store in new[] { "", "/nostore" })
        {
            bool isKept = store.Length == 0;
            string name = isKept ? "" : "NoStore";
            Describe(
                routes.MapPost($"{Route}image{store}", (HttpContext call, string project, string kind, string iteration) =>
                    AnswerAsync(call, project, kind, iteration, pictures.FromBodyAsync, isKept)),
                $"PredictImage{name}", "What does the model say of this picture?").TakesPicture();
            Describe(
                routes.MapPost($"{Route}url{store}", (HttpContext call, string project, string kind, string iteration) =>
                    AnswerAsync(call, project, kind, iteration, pictures.FromUrlAsync, isKept)),
                $"PredictUrl{name}", "What does the model say of the picture at this address?").TakesAddress();
        }
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder call, string name, string summary) => call
        .Described(
            name, "Custom Vision's Prediction API", summary,
            "As Custom Vision answers it. Letters of either case. Without nostore the picture is kept, with the answer, "
            + "as long as Http:Prediction:KeepMaxBytes and KeepMaxAge allow.")
        .Place("version", "The version of the Prediction API.", "v3.0", "v3.1")
        .Place("project", "The project, by name or by id.")
        .Place("kind", "classify for tags of the whole picture, detect for boxes: as the station's model does.", "classify", "detect")
        .Place("iteration", "The name under which the iteration is published.")
        .AsksForKey()
        .GivesPredictions()
        .Refuses(404, "There is no such project, or no such iteration.");

    private async Task<IResult> AnswerAsync(
        HttpContext call, string project, string kind, string iteration,
        Func<HttpRequest, string, KeepPicture?, Task<PictureAnswer>> predict, bool isKept)
    {
        if (key.Refusal(call.Request) is { } unknown)
            return Answers.Refused(unknown);
        ModelKind wanted = kind.Equals("detect", StringComparison.OrdinalIgnoreCase) ? ModelKind.Detector : ModelKind.Classifier;
        if (stations.Find(project, iteration, wanted, out CallFault? fault) is not { } station)
            return Answers.Refused(fault!);
        DateTimeOffset at = time.GetUtcNow();
        Guid id = WallTime.NewId(at);
        // The call is over when its picture is kept.
        string caller = Caller(call.Request);
        KeepPicture? keep = isKept && calls is not null
            ? (said, file, frame) => calls.Keep(new CallPicture(
                id, station.Name, caller, at, file, frame, said.Predictions,
                Answers.Bytes(PredictionResult.Of(said, id, project, at))))
            : null;
        PictureAnswer answer = await predict(call.Request, station.Name, keep).ConfigureAwait(false);
        return answer.Fault is { } refused ? Answers.Refused(refused) : Answers.Of(PredictionResult.Of(answer, id, project, at));
    }

    // Clients of Custom Vision may say who they are.
    private static string Caller(HttpRequest request) =>
        request.Query["application"].ToString() is { Length: > 0 } name ? PrintableText.Of(name, 64) : "call";
}
