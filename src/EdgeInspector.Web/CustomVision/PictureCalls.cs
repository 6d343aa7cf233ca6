using System.Text.Json;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Pictures;
using EdgeInspector.Web.Predicting;
using Microsoft.AspNetCore.Http;

namespace EdgeInspector.Web.CustomVision;

/// <summary>From a call with a picture, in the body or by its address, to what a station's model says of it.</summary>
/// <param name="desks">Who predicts, by station.</param>
/// <param name="options">Limits.</param>
/// <param name="fetch">Fetches pictures by their address.</param>
internal sealed class PictureCalls(IReadOnlyDictionary<string, PredictionDesk> desks, PredictionApiOptions options, PictureFetch fetch)
{
    private const int LongestUrlBody = 16 * 1024;

    // Bodies are held in memory from here on.
    private const int MostAtOnce = 16;

    private readonly CallPlaces _places = new(MostAtOnce, "pictures");

    /// <summary>The picture is in the body.</summary>
    /// <param name="request">The call.</param>
    /// <param name="station">The station's name.</param>
    /// <param name="keep">Keeps the picture; null: nobody does.</param>
    public Task<PictureAnswer> FromBodyAsync(HttpRequest request, string station, KeepPicture? keep = null) => InPlaceAsync(
        async () => await PredictAsync(
            await PictureBody.ReadAsync(request, options.MostBytes, request.HttpContext.RequestAborted).ConfigureAwait(false),
            station, request, keep).ConfigureAwait(false));

    /// <summary>The body is <c>{"url": "…"}</c>.</summary>
    public Task<PictureAnswer> FromUrlAsync(HttpRequest request, string station, KeepPicture? keep = null) => InPlaceAsync(async () =>
    {
        CancellationToken stop = request.HttpContext.RequestAborted;
        byte[]? body = await BoundedBytes.ReadAsync(request.Body, LongestUrlBody, stop).ConfigureAwait(false);
        PictureBody picture = await fetch.GetAsync(body is null ? null : AddressIn(body), stop).ConfigureAwait(false);
        return await PredictAsync(picture, station, request, keep).ConfigureAwait(false);
    });

    private async Task<PictureAnswer> InPlaceAsync(Func<Task<PictureAnswer>> work)
    {
        using CallPlace place = _places.Take();
        return place.Fault is { } full ? PictureAnswer.Refused(full) : await work().ConfigureAwait(false);
    }

    private async Task<PictureAnswer> PredictAsync(PictureBody picture, string station, HttpRequest request, KeepPicture? keep) =>
        picture.Bytes is { } bytes
            ? await desks[station].PredictAsync(bytes, keep, request.HttpContext.RequestAborted).ConfigureAwait(false)
            : PictureAnswer.Refused(picture.Fault!);

    /// <summary>The address in a body; null where there is none. Clients write <c>url</c> and <c>Url</c>.</summary>
    private static string? AddressIn(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            JsonElement url = json.RootElement.EnumerateObject()
                .FirstOrDefault(member => member.Name.Equals("url", StringComparison.OrdinalIgnoreCase)).Value;
            return url.ValueKind == JsonValueKind.String ? url.GetString() : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
