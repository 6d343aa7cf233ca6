using System.Net;
using System.Text.Json;

namespace EdgeInspector.ModelStore.Sync.Sources;

/// <summary>
/// The Custom Vision Training API: the newest trained iteration that can be exported (or the one with a publish name), as an ONNX export
/// that already exists or is started.
/// </summary>
/// <remarks>Calls and fields are those of Microsoft's own client, version 3.3 of the API.</remarks>
internal sealed class CustomVisionSource(CustomVisionOptions options, SyncHttp http, TimeProvider time) : ISyncSource
{
    private const int MostItems = 10_000;

    private static readonly TimeSpan ExportPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExportPatience = TimeSpan.FromMinutes(15);

    private readonly Uri _project = new(
        $"{options.Endpoint!.TrimEnd('/')}/customvision/v3.3/training/projects/{Guid.Parse(options.Project!)}/");

    public string Description => $"Custom Vision, project {options.Project}";

    /// <summary>The pause between two looks at an export that is being made.</summary>
    internal TimeSpan PollEvery { get; init; } = ExportPoll;

    public async Task<SyncOffer?> LookAsync(SyncMemory memory, CancellationToken stop)
    {
        using JsonDocument iterations = await GetAsync("iterations", "the list of iterations", stop).ConfigureAwait(false);
        return Choose(iterations.RootElement, options.PublishName);
    }

    public async Task FetchAsync(SyncOffer offer, string path, CancellationToken stop)
    {
        // Links are valid for a short time only: for an expired link a new one is asked for, once.
        for (int attempt = 1; ; attempt++)
        {
            Uri link = await ExportAsync(offer.Location, stop).ConfigureAwait(false);
            try
            {
                bool isOurs = _project.IsBaseOf(link);
                await http.FetchAsync(
                    () => isOurs ? Request(HttpMethod.Get, link) : new HttpRequestMessage(HttpMethod.Get, link), path, null,
                    $"the export of {offer.Name}", stop).ConfigureAwait(false);
                return;
            }
            catch (SyncFault expired)
                when (attempt == 1 && expired.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                SyncHttp.Forget(path);
            }
        }
    }

    /// <summary>Chooses the iteration to run from the list.</summary>
    /// <exception cref="SyncFault">There is no such iteration.</exception>
    internal static SyncOffer Choose(JsonElement iterations, string? publishName)
    {
        if (iterations.ValueKind != JsonValueKind.Array)
            throw new SyncFault("Custom Vision's list of iterations is no list.");
        SyncOffer? best = null;
        foreach (JsonElement iteration in iterations.EnumerateArray().Take(MostItems))
        {
            if (ApiFault.Text(iteration, "status") != "Completed" || !Guid.TryParse(ApiFault.Text(iteration, "id"), out Guid id))
                continue;
            if (publishName is not null && ApiFault.Text(iteration, "publishName") != publishName)
                continue;
            bool canExport = iteration.TryGetProperty("exportable", out JsonElement exportable)
                && exportable.ValueKind == JsonValueKind.True;
            if (!canExport && publishName is not null)
                throw new SyncFault($"The iteration published as '{publishName}' can't be exported: its domain is not compact. "
                    + "Train with a compact domain.");
            if (!canExport)
                continue;
            // ISO 8601 in UTC sorts by its characters.
            string at = ApiFault.Text(iteration, "trainedAt") ?? ApiFault.Text(iteration, "lastModified") ?? "";
            string version = DateTimeOffset.TryParse(at, System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset moment)
                ? moment.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture) : "0";
            if (best is null || OfferVersion.Compare(version, best.Version) > 0)
                best = new SyncOffer(
                    id.ToString(),
                    ApiFault.Text(iteration, "name") is { Length: > 0 and <= 128 } name ? name : id.ToString(),
                    version,
                    id.ToString())
                {
                    Iteration = id.ToString(),
                };
        }
        return best ?? throw new SyncFault(publishName is null
            ? "The Custom Vision project has no iteration that is trained and can be exported. Train one with a compact domain."
            : $"The Custom Vision project has no trained iteration that is published as '{publishName}'.");
    }

    /// <summary>Makes sure that there is an up-to-date export, and returns where it can be fetched.</summary>
    private async Task<Uri> ExportAsync(string iteration, CancellationToken stop)
    {
        long began = time.GetTimestamp();
        bool isStarted = false;
        while (true)
        {
            using JsonDocument exports = await GetAsync(
                $"iterations/{iteration}/export", "the list of exports", stop).ConfigureAwait(false);
            ExportState state = Find(exports.RootElement, options.Flavor);
            if (state is { Status: "Done", Link: { } link } && (isStarted || !state.IsOutdated))
                return Absolute(link);
            if (state.Status == "Failed" && isStarted)
                throw new SyncFault($"Custom Vision could not export the iteration {iteration} as ONNX. "
                    + "It is tried again later; look at it in the portal.");
            if (state.Status != "Exporting" && !isStarted)
            {
                await StartAsync(iteration, stop).ConfigureAwait(false);
                isStarted = true;
            }
            else if (time.GetElapsedTime(began) > ExportPatience)
            {
                throw new SyncFault("Custom Vision has been exporting the iteration "
                    + $"{iteration} for {ExportPatience.TotalMinutes:0} minutes. It is looked at again later.");
            }
            isStarted |= state.Status == "Exporting";
            await Task.Delay(PollEvery, time, stop).ConfigureAwait(false);
        }
    }

    private async Task StartAsync(string iteration, CancellationToken stop)
    {
        string flavor = options.Flavor is null ? "" : $"&flavor={Uri.EscapeDataString(options.Flavor)}";
        try
        {
            await http.AskAsync(
                Request(HttpMethod.Post, new Uri(_project, $"iterations/{iteration}/export?platform=ONNX{flavor}")),
                "the start of an export",
                stop).ConfigureAwait(false);
        }
        catch (SyncFault fault) when (fault.Code == "BadRequestExportAlreadyInProgress")
        {
            // Somebody else has started the export, which will come all the same.
        }
    }

    /// <summary>Finds the ONNX export in the list; among several flavours the wanted one.</summary>
    internal static ExportState Find(JsonElement exports, string? flavor)
    {
        if (exports.ValueKind != JsonValueKind.Array)
            throw new SyncFault("Custom Vision's list of exports is no list.");
        foreach (JsonElement export in exports.EnumerateArray().Take(MostItems))
        {
            if (!string.Equals(ApiFault.Text(export, "platform"), "ONNX", StringComparison.OrdinalIgnoreCase) ||
                !string.Equals(
                    ApiFault.Text(export, "flavor") ?? "",
                    flavor ?? ApiFault.Text(export, "flavor") ?? "",
                    StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            bool isOutdated = export.TryGetProperty("newerVersionAvailable", out JsonElement newer)
                && newer.ValueKind == JsonValueKind.True;
            return new ExportState(ApiFault.Text(export, "status"), ApiFault.Text(export, "downloadUri"), isOutdated);
        }
        return new ExportState(null, null, false);
    }

    /// <summary>With a virtual network the link is relative, and is fetched through the API itself.</summary>
    private Uri Absolute(string link)
    {
        // Some systems take a path that begins with a slash for absolute.
        if (link.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(link, UriKind.Absolute, out Uri? absolute))
        {
            return SourceAddress.IsAllowed(link, out _, out string wrong)
                ? absolute
                : throw new SyncFault($"Custom Vision's download link can't be used: {wrong}");
        }
        return new Uri(_project, $"artifacts?path={Uri.EscapeDataString(link)}");
    }

    private async Task<JsonDocument> GetAsync(string path, string what, CancellationToken stop)
    {
        (_, byte[] body, _) = await http.AskAsync(Request(HttpMethod.Get, new Uri(_project, path)), what, stop).ConfigureAwait(false);
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
        }
        catch (JsonException unreadable)
        {
            throw new SyncFault($"Custom Vision's answer for {what} is not valid JSON.", null, unreadable);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("Training-Key", SyncHttp.Secret(options.Key, options.KeyFile, "Sync:CustomVision:KeyFile"));
        return request;
    }
}

/// <summary>An export as the API describes it.</summary>
/// <param name="Status"><c>Exporting</c>, <c>Failed</c>, <c>Done</c>; null: there is none.</param>
/// <param name="Link">Where the export can be fetched.</param>
/// <param name="IsOutdated">True when exporting again would give a newer export.</param>
internal sealed record ExportState(string? Status, string? Link, bool IsOutdated);
