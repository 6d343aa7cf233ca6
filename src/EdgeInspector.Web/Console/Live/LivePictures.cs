using System.Globalization;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Web.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.Console.Live;

/// <summary>
/// <c>/live/NAME.jpg</c>: the newest picture of a station, small and marked; <c>/live/NAME/raw.jpg</c>: the camera's, at its own size.
/// </summary>
internal sealed class LivePictures
{
    // A camera of 12 megapixels is shown at its own size; a larger one a little smaller.
    private const int Side = 960, OwnSize = 4096;

    private readonly Dictionary<string, (ShownPicture Line, ShownPicture Raw)> _stations;

    /// <param name="line">The stations.</param>
    /// <param name="work">Where pictures are encoded.</param>
    /// <param name="time">The clock.</param>
    public LivePictures(LiveLine line, QuietWork work, TimeProvider time) => _stations = line.Stations.ToDictionary(
        one => one.Station.Name,
        one => (
            new ShownPicture(one.Newest, Side, work, time),
            new ShownPicture(() => one.Camera() is { } frame ? new LivePicture(frame, null) : null, OwnSize, work, time)),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What the camera's picture measures that was shown last; null: nobody looked at it yet.</summary>
    public PictureFigures? Figures(string station) => _stations.TryGetValue(station, out var shown) ? shown.Raw.Figures : null;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/live/{name}.jpg", (HttpContext call, string name, long? after) => AnswerAsync(call, name, after, isRaw: false))
            .RequireAuthorization(nameof(Role.Look));
        routes.MapGet("/live/{name}/raw.jpg", (HttpContext call, string name, long? after) => AnswerAsync(call, name, after, isRaw: true))
            .RequireAuthorization(nameof(Role.Look));
    }

    // ?after=N: whoever has picture N gets 204 while there is no newer one. The picture's age comes along: an old one must not pass for a
    // new one.
    private async Task<IResult> AnswerAsync(HttpContext call, string name, long? after, bool isRaw)
    {
        if (!_stations.TryGetValue(name, out (ShownPicture Line, ShownPicture Raw) station))
            return Results.NotFound();
        ShownPicture shown = isRaw ? station.Raw : station.Line;
        (byte[]? jpeg, long number) = await shown.ReadAsync().ConfigureAwait(false);
        call.Response.Headers["X-Picture-Age"] = ((long)shown.Age.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        if (jpeg is null || number <= after)
            return Results.NoContent();
        call.Response.Headers["X-Picture"] = number.ToString(CultureInfo.InvariantCulture);
        return Results.Bytes(jpeg, "image/jpeg");
    }
}
