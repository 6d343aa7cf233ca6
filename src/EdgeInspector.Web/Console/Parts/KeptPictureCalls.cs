using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Switching;
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
internal sealed class KeptPictureCalls(HttpScope agent, QuietWork work)
{
    private const long MostGoldenBytes = 64L * 1024 * 1024;
    private const int GoldenSide = 320;
    private const int SmallestSide = 64, LargestSide = 1280;

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
        if (agent.Stations.FirstOrDefault(one => one.Name == station)?.Packages.Options.Golden.Folder is not { } folder)
            return Results.NotFound();
        string root = Path.GetFullPath(folder), path = Path.GetFullPath(Path.Combine(root, image));
        // A name of a picture below the folder, whatever the address said.
        if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || FileFacts.Of(path) is not { IsFile: true })
            return Results.NotFound();
        byte[]? jpeg = await work.RunAsync(() => new FileInfo(path).Length <= MostGoldenBytes
            ? SmallPicture.OfFile(File.ReadAllBytes(path), GoldenSide)
            : null).ConfigureAwait(false);
        return jpeg is null ? Results.NotFound() : Results.Bytes(jpeg, "image/jpeg");
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
