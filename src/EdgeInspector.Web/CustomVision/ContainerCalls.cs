using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Describing;
using EdgeInspector.Web.Predicting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.CustomVision;

/// <summary>
/// The calls of the container that Custom Vision exports: <c>POST /image</c>, <c>POST /url</c>, without a key; <c>GET /</c> where the
/// console has no page there.
/// </summary>
internal sealed class ContainerCalls(string station, PictureCalls pictures, TimeProvider time)
{
    private const string Group = "The exported container's calls", Ids = "As the container answers it: with empty ids, and without a key.";

    /// <summary>Maps them.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="hasPages">True where a page for people stands at <c>/</c>.</param>
    public void Map(IEndpointRouteBuilder routes, bool hasPages)
    {
        if (!hasPages)
            routes.MapGet("/", () => Results.Text($"EdgeInspector answers /image and /url with the model of station {station}."))
                .Described("Container", Group, "Is the container there?", "Says in a sentence which station answers.")
                .Gives<string>(200, "A sentence.", "text/plain");
        routes.MapPost("/image", (HttpRequest call) => AnswerAsync(pictures.FromBodyAsync(call, station)))
            .Described("ContainerImage", Group, "What does the model say of this picture?", Ids)
            .GivesPredictions().TakesPicture();
        routes.MapPost("/url", (HttpRequest call) => AnswerAsync(pictures.FromUrlAsync(call, station)))
            .Described("ContainerUrl", Group, "What does the model say of the picture at this address?", Ids)
            .GivesPredictions().TakesAddress();
    }

    private async Task<IResult> AnswerAsync(Task<PictureAnswer> predicted)
    {
        PictureAnswer answer = await predicted.ConfigureAwait(false);
        return answer.Fault is { } fault
            ? Answers.Refused(fault)
            : Answers.Of(PredictionResult.OfContainer(answer, time.GetUtcNow()));
    }
}
