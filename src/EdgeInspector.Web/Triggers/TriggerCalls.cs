using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Describing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.Triggers;

/// <summary>
/// <c>POST /stations/NAME/trigger</c>: a part is here. The body is that of a trigger over MQTT (plain text, or
/// <c>{"part": "…", "type": "…"}</c>; empty for a part without an id), or a form with the part's picture; the answer is the part's event,
/// once its signal has gone out.
/// </summary>
internal sealed class TriggerCalls : IDisposable
{
    // Bodies are held in memory, and pictures decoded, from here on.
    private const int MostAtOnce = 16;

    private static readonly ImageLimits PictureLimits = new() { MaxPixels = 50_000_000, MaxMemory = 500_000_000 };

    // The station answers by its deadline whatever happens; this is for a station that ends meanwhile.
    private static readonly TimeSpan Beyond = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (HttpStation Station, AwaitedVerdicts Awaited)> _stations = new(StringComparer.OrdinalIgnoreCase);
    private readonly FramePool _frames = new(2);
    private readonly int _mostBytes;
    private readonly CallKey _key;
    private readonly TimeProvider _time;
    private readonly CallPlaces _places = new(MostAtOnce, "calls");
    private long _pictures;

    /// <param name="mostBytes">The largest picture that a caller may bring.</param>
    /// <param name="stations">All stations.</param>
    /// <param name="write">The event of a part as JSON.</param>
    /// <param name="key">Whether a caller may call.</param>
    /// <param name="time">The clock of the stations.</param>
    public TriggerCalls(
        int mostBytes, IEnumerable<HttpStation> stations, Func<InspectedPart, byte[]> write, CallKey key, TimeProvider time)
    {
        (_mostBytes, _key, _time) = (mostBytes, key, time);
        foreach (HttpStation station in stations)
        {
            var awaited = new AwaitedVerdicts(write);
            station.Station.Inspected += awaited.See;
            _stations.Add(station.Name, (station, awaited));
        }
    }

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/stations/{name}/trigger", AnswerAsync)
        .Described(
            "Trigger", "Parts", "A part is here: what is its verdict?",
            "For stations with Trigger:Kind Mqtt. Answered once the signal has gone out, with the part's event. "
            + "No answer at all is not a pass.")
        .Place("name", "The station.")
        .AsksForKey()
        .TakesTrigger()
        .GivesEvent("The part's event; the verdict none is one too, with its reason.")
        .Refuses(400, "The part's id can't be read; there was no part.")
        .Refuses(404, "There is no such station.")
        .Refuses(409, "The station makes its own triggers, or a part with this id is being inspected for somebody else.")
        .Refuses(413, "The body is too large; there was no part.")
        .Refuses(503, "The agent stops, and knows nothing of the part.")
        .Refuses(504, "The model has not returned 5 s after the deadline; the gate was told the fail-safe in time.");

    public void Dispose()
    {
        _frames.Dispose();
        foreach ((HttpStation station, AwaitedVerdicts awaited) in _stations.Values)
            station.Station.Inspected -= awaited.See;
    }

    private async Task<IResult> AnswerAsync(HttpContext call, string name)
    {
        // The part was here when the call came, not when its body was read.
        long at = _time.GetTimestamp();
        if (_key.Refusal(call.Request) is { } unknown)
            return Answers.Refused(unknown);
        if (!_stations.TryGetValue(name, out (HttpStation Station, AwaitedVerdicts Awaited) found))
            return Refused(404, "NotFound", $"There is no station {name}. There are: {string.Join(", ", _stations.Keys)}.");
        if (!found.Station.TakesTriggers)
            return Refused(409, "Conflict", $"Station {found.Station.Name} makes its own triggers. Set its Trigger:Kind to Mqtt.");
        using CallPlace place = _places.Take();
        if (place.Fault is { } full)
            return Answers.Refused(full);
        (BroughtPart? brought, CallFault? fault) = await BroughtPart.ReadAsync(call.Request, _mostBytes, call.RequestAborted)
            .ConfigureAwait(false);
        return brought is null
            ? Answers.Refused(fault!)
            : await TakeAsync(found.Station, found.Awaited, brought, at).ConfigureAwait(false);
    }

    private async Task<IResult> TakeAsync(HttpStation station, AwaitedVerdicts awaited, BroughtPart brought, long at)
    {
        string part = brought.Part ?? $"unnamed-{WallTime.NewId(_time.GetUtcNow()):N}";
        if (brought.Picture is not { } file)
            return await FireAsync(station, awaited, part, () => station.Station.Fire(part, at, brought.Type)).ConfigureAwait(false);
        ImageReading reading = ImageFile.Read(file, _frames, PictureLimits);
        if (reading.Frame is not { } picture)
            return Answers.Refused(CallFault.Format(reading.Problem!));
        // The picture is the trigger, and it is here now: what the network took of the time is no part's.
        long number = Interlocked.Increment(ref _pictures);
        for (Frame? page = picture; page is not null; page = page.NextPage)
            page.Stamp(_time.GetTimestamp(), _time.GetUtcNow(), number, part);
        return await FireAsync(station, awaited, part, () => station.Station.Fire(part, picture, brought.Type), picture)
            .ConfigureAwait(false);
    }

    private async Task<IResult> FireAsync(
        HttpStation station, AwaitedVerdicts awaited, string part, Func<bool> fire, Frame? picture = null)
    {
        if (awaited.Begin(part) is not { } verdict)
        {
            picture?.Release();
            return Refused(409, "Conflict", $"Part {part} is being inspected; its verdict goes to the caller who brought it.");
        }
        try
        {
            // Also for a caller who is gone by now: the part is here all the same.
            if (!fire())
                return Refused(503, "ErrorPredictionServiceUnavailable", "The station stops, and knows nothing of the part.");
            return Answers.Json(await verdict.WaitAsync(station.Deadline + Beyond, _time).ConfigureAwait(false));
        }
        catch (TimeoutException)
        {
            return Refused(
                504, "ErrorUnknown",
                $"Part {part} has no record yet: its model has not returned. The gate was told the fail-safe in time; the event follows.");
        }
        finally
        {
            awaited.End(part, verdict);
        }
    }

    private static IResult Refused(int status, string code, string message) => Answers.Refused(new CallFault(status, code, message));
}
