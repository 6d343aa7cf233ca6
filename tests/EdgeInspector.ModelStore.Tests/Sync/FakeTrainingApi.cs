using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Tests.Sync;

/// <summary>
/// A Custom Vision Training API of version 3.3 on a free port of this machine, and a web server for manifests:
/// what Microsoft's own npm client accepts, sees <c>OfficialClientTests</c>. Faults are for the tests to set.
/// </summary>
internal sealed class FakeTrainingApi : IAsyncDisposable
{
    public const string Key = "0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;

    private FakeTrainingApi(WebApplication app) => _app = app;

    public Guid Project { get; } = Guid.NewGuid();

    public string Address => _app.Urls.First();

    public List<Iteration> Iterations { get; } = [];

    /// <summary>Every request: method and path with query, and the key that came with it.</summary>
    public ConcurrentQueue<(string Line, string? Key)> Requests { get; } = [];

    /// <summary>Answers a request instead of the API, when it gives one.</summary>
    public Func<HttpContext, IResult?>? Fault { get; set; }

    /// <summary>Files of the web server, by path.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = [];

    /// <summary>Cuts a download of a file after so many bytes, once for each entry.</summary>
    public ConcurrentQueue<int> Cuts { get; } = [];

    public static async Task<FakeTrainingApi> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new FakeTrainingApi(builder.Build());
        api.Map();
        await api._app.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }

    /// <summary>An iteration that is trained and can be exported, and whose export is that zip.</summary>
    public Iteration Add(string name, string zip, DateTimeOffset trainedAt)
    {
        var iteration = new Iteration { Name = name, Zip = File.ReadAllBytes(zip), TrainedAt = trainedAt };
        Iterations.Add(iteration);
        return iteration;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private void Map()
    {
        _app.Use(async (context, next) =>
        {
            Requests.Enqueue(
                (
                    $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}",
                    context.Request.Headers["Training-Key"].FirstOrDefault()));
            if (Fault?.Invoke(context) is { } fault)
                await fault.ExecuteAsync(context);
            else
                await next();
        });
        RouteGroupBuilder api = _app.MapGroup("/customvision/{version}/training").AddEndpointFilter(async (context, next) =>
            context.HttpContext.Request.Headers["Training-Key"] == Key
                ? await next(context)
                : Results.Json(new { code = "Unauthorized", message = "Access denied due to invalid subscription key." }, statusCode: 401));
        api.MapGet("/projects/{project:guid}", (Guid project) => project == Project ? Json(ProjectJson()) : NotFound("NotFoundProject"));
        api.MapGet("/projects/{project:guid}/iterations", (Guid project) => project == Project
            ? Json(new JsonArray([.. Iterations.Select(i => Describe(i))]))
            : NotFound("NotFoundProject"));
        api.MapGet(
            "/projects/{project:guid}/iterations/{id:guid}",
            (Guid id) => Find(id) is { } found ? Json(Describe(found)) : NotFound("NotFoundIteration"));
        api.MapGet(
            "/projects/{project:guid}/iterations/{id:guid}/export",
            (Guid id) => Find(id) is { } found ? Json(Exports(found)) : NotFound("NotFoundIteration"));
        api.MapPost(
            "/projects/{project:guid}/iterations/{id:guid}/export",
            (Guid id, string platform, string? flavor) => Start(id, platform, flavor));
        api.MapGet(
            "/projects/{project:guid}/artifacts",
            (string path) => Iterations.FirstOrDefault(i => path == i.RelativeLink) is { } found
                ? Results.Bytes(found.Zip, "application/zip")
                : NotFound("NotFound"));
        _app.MapGet("/blob/{id:guid}/{link:int}", (Guid id, int link) => Find(id) is { } found && link == found.Link
            ? Results.Bytes(found.Zip, "application/zip")
            : Results.StatusCode(403));
        _app.MapGet("/files/{**path}", ServeAsync);
    }

    private Iteration? Find(Guid id) => Iterations.FirstOrDefault(iteration => iteration.Id == id);

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");

    private static IResult NotFound(string code) => Results.Json(new { code, message = "It does not exist." }, statusCode: 404);

    private JsonObject ProjectJson() => new()
    {
        ["id"] = Project.ToString(),
        ["name"] = "parts",
        ["description"] = "",
        ["settings"] = new JsonObject
        {
            ["domainId"] = "0732100f-1a38-4e49-a514-c9b44c697ab5",
            ["classificationType"] = "Multiclass",
            ["targetExportPlatforms"] = new JsonArray(),
            ["useNegativeSet"] = false,
            ["imageProcessingSettings"] = new JsonObject { ["augmentationMethods"] = new JsonObject() },
        },
        ["created"] = "2026-11-01T08:00:00.0000000Z",
        ["lastModified"] = "2026-11-20T08:00:00.0000000Z",
        ["drModeEnabled"] = false,
        ["status"] = "Succeeded",
    };

    private JsonObject Describe(Iteration iteration) => new()
    {
        ["id"] = iteration.Id.ToString(),
        ["name"] = iteration.Name,
        ["status"] = iteration.Status,
        ["created"] = Time(iteration.TrainedAt.AddMinutes(-10)),
        ["lastModified"] = Time(iteration.TrainedAt),
        ["trainedAt"] = Time(iteration.TrainedAt),
        ["projectId"] = Project.ToString(),
        ["exportable"] = iteration.Exportable,
        ["exportableTo"] = new JsonArray("ONNX", "TensorFlow", "DockerFile", "CoreML", "VAIDK"),
        ["domainId"] = "0732100f-1a38-4e49-a514-c9b44c697ab5",
        ["classificationType"] = "Multiclass",
        ["trainingType"] = "Regular",
        ["reservedBudgetInHours"] = 0,
        ["trainingTimeInMinutes"] = 4,
        ["publishName"] = iteration.PublishName,
        ["originalPublishResourceId"] = null,
    };

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private JsonArray Exports(Iteration iteration)
    {
        if (iteration.ExportStatus is null)
            return [];
        // It is made while somebody looks.
        if (iteration.ExportStatus == "Exporting" && iteration.LooksUntilDone-- <= 0)
            iteration.ExportStatus = iteration.FailsExport ? "Failed" : "Done";
        return [Export(iteration)];
    }

    private JsonObject Export(Iteration iteration) => new()
    {
        ["platform"] = "ONNX",
        ["status"] = iteration.ExportStatus,
        ["downloadUri"] = iteration.ExportStatus != "Done"
            ? null
            : iteration.RelativeLink ?? $"{Address}/blob/{iteration.Id}/{iteration.Link}?sig=secret",
        ["flavor"] = null,
        ["newerVersionAvailable"] = iteration.NewerVersionAvailable,
    };

    private IResult Start(Guid id, string platform, string? flavor)
    {
        if (Find(id) is not { } iteration)
            return NotFound("NotFoundIteration");
        if (platform != "ONNX" || flavor is not null)
            return Results.Json(new { code = "BadRequestExportPlatformInvalid", message = "Not here." }, statusCode: 400);
        iteration.Started++;
        if (iteration.ExportStatus == "Exporting" || iteration.SaysAlreadyInProgress)
        {
            iteration.ExportStatus = "Exporting";
            iteration.SaysAlreadyInProgress = false;
            return Results.Json(
                new { code = "BadRequestExportAlreadyInProgress", message = "Export already in progress." }, statusCode: 400);
        }
        iteration.ExportStatus = "Exporting";
        iteration.NewerVersionAvailable = false;
        return Json(Export(iteration));
    }

    private async Task ServeAsync(HttpContext context, string path)
    {
        if (!Files.TryGetValue(path, out byte[]? content))
        {
            context.Response.StatusCode = 404;
            return;
        }
        string tag = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content))[..16]}\"";
        if (Cuts.TryDequeue(out int cut))
        {
            context.Response.Headers.ETag = tag;
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content.AsMemory(0, cut));
            // Fewer bytes than were announced: the server hangs up once these are out.
            await context.Response.Body.FlushAsync();
            return;
        }
        await Results.Bytes(
            content,
            "application/octet-stream",
            entityTag: Microsoft.Net.Http.Headers.EntityTagHeaderValue.Parse(tag),
            enableRangeProcessing: true).ExecuteAsync(context);
    }

    internal sealed class Iteration
    {
        public Guid Id { get; } = Guid.NewGuid();

        public required string Name { get; init; }

        public required byte[] Zip { get; set; }

        public DateTimeOffset TrainedAt { get; set; }

        public string Status { get; set; } = "Completed";

        public bool Exportable { get; set; } = true;

        public string? PublishName { get; set; }

        public string? ExportStatus { get; set; }

        public int LooksUntilDone { get; set; }

        public bool FailsExport { get; set; }

        public bool NewerVersionAvailable { get; set; }

        public bool SaysAlreadyInProgress { get; set; }

        /// <summary>As the API gives it when a virtual network is on.</summary>
        public string? RelativeLink { get; set; }

        /// <summary>Only the link with this number works; the others have expired.</summary>
        public int Link { get; set; } = 1;

        public int Started { get; set; }
    }
}
