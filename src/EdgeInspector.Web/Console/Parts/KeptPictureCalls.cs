using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Web.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.Console.Parts;

/// <summary>
/// Pictures that are kept: <c>/pictures/ID/marked</c>, <c>/original</c>, <c>/around</c>, small with <c>?side=320</c>; those of shadow runs,
/// and golden images.
/// </summary>
/// <param name="agent">What the agent gives.</param>
/// <param name="work">Where small pictures are made.</param>
internal sealed class KeptPictureCalls(HttpScope agent, QuietWork work) : IDisposable
{
    private const int GoldenSide = 320;
    private const int SmallestSide = 64, LargestSide = 1280;

    // Somebody looks at golden images once in a while: no memory is kept for the next one.
    private readonly FramePool _frames = new(capacity: 0);

    public void Dispose() => _frames.Dispose();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/golden/{station}/{**image}", GoldenAsync).RequireAuthorization(nameof(Role.Look));
        routes.MapGet("/pictures/{id:guid}/{kind}", AnswerAsync).RequireAuthorization(nameof(Role.Look));
        routes.MapGet("/shadow-pictures/{run}/{picture}", (string run, string picture) =>
                ShadowReports.Picture(agent.Folders, run, picture) is { } file ? Whole(file) : Results.NotFound())
            .RequireAuthorization(nameof(Role.Look));
    }

    /// <summary>A golden image of a station, small: to be looked at beside what models said of it.</summary>
    private async Task<IResult> GoldenAsync(string station, string image)
    {
        if (agent.Stations.FirstOrDefault(one => one.Name == station)?.Packages.Options.Golden is not { Folder: { } folder } golden)
            return Results.NotFound();
        string root = Path.GetFullPath(folder), path = Path.GetFullPath(Path.Combine(root, image));
        // A name of a picture below the folder, whatever the address said.
        if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || FileFacts.Of(path) is not { IsFile: true })
            return Results.NotFound();
        byte[]? jpeg = await work.RunAsync(() => Golden(path, golden)).ConfigureAwait(false);
        return jpeg is null ? Results.NotFound() : Results.Bytes(jpeg, "image/jpeg");
    }

    // As trials read the picture: upright, and of any format that they take.
    private byte[]? Golden(string path, GoldenOptions golden)
    {
        if (ImageFile.Read(path, _frames, ImageLimits.Of(golden.Formats), golden.BitDepth).Frame is not { } frame)
            return null;
        try
        {
            return SmallPicture.Of(frame, GoldenSide, marks: null);
        }
        finally
        {
            frame.Release();
        }
    }

    private async Task<IResult> AnswerAsync(HttpContext call, Guid id, string kind, int? side)
    {
        if (agent.Holding(id) is not { } kept
            || !Enum.TryParse(kind, ignoreCase: true, out KeptPicture picture) || !Enum.IsDefined(picture))
            return Results.NotFound();
        if (side is not { } small)
            return kept.OpenFile(id, picture) is { } whole ? Kept(call, Whole(whole)) : Results.NotFound();
        byte[]? jpeg = await work.RunAsync(() => kept.Open(id, picture) is { } file
            ? SmallPicture.OfFile(file, Math.Clamp(small, SmallestSide, LargestSide))
            : null).ConfigureAwait(false);
        return jpeg is null ? Results.NotFound() : Kept(call, Results.Bytes(jpeg, "image/jpeg"));
    }

    // A kept picture never changes; the browser of one user may keep it.
    private static IResult Kept(HttpContext call, IResult file)
    {
        call.Response.Headers.CacheControl = "private, max-age=86400";
        return file;
    }

    // Piece by piece: whoever reads slowly holds a file open, and no memory.
    private static IResult Whole(FileStream file) =>
        Results.Stream(file, file.Name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? "image/png" : "image/jpeg");
}
