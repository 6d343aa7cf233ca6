using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Web;

/// <summary>Custom Vision's Prediction API, answered by the stations' models.</summary>
public sealed record PredictionApiOptions : IValidatableObject
{
    /// <summary>The largest picture in bytes. Custom Vision takes 4 MB.</summary>
    [Range(1_000, 100_000_000)]
    public int MostBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Hosts from which pictures may be fetched for the calls <c>…/url</c>, such as <c>images.plant.example</c>; <c>*.plant.example</c>
    /// stands for all below it. Never an address of this machine or a link-local one, whatever a name leads to. Empty: such calls are
    /// refused.
    /// </summary>
    public IReadOnlyList<string> UrlHosts { get; init; } = [];

    /// <summary>How long fetching a picture may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan UrlTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The most bytes that pictures of calls may take on the disk; the oldest give way. They lie in <c>calls</c> in the data folder, with
    /// what the model said, and are never sent. Calls with <c>/nostore</c> leave none. 0: none is kept.
    /// </summary>
    [Range(0.0, 1e15)]
    public long KeepMaxBytes { get; init; } = 1_000_000_000;

    /// <summary>
    /// How long pictures of calls are kept. None goes for its age within an hour of a start, nor for a day after the wall clock jumped.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan KeepMaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// By which names callers know a station; without an entry, project and published iteration are called like the station.
    /// </summary>
    public Dictionary<string, PredictionNames> Stations { get; init; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string host in UrlHosts.Where(host => Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host)
            == UriHostNameType.Unknown))
            yield return new(
                $"'{host}' is no host; write a name such as images.plant.example, without http:// and path.", [nameof(UrlHosts)]);
        foreach (IGrouping<(string?, string?), string> same in Stations
            .GroupBy(station => (station.Value.Project, station.Value.Iteration), station => station.Key)
            .Where(same => same.Key.Project is not null && same.Count() > 1))
            yield return new(
                $"The stations '{string.Join("' and '", same)}' have the same project and iteration, so that a call could mean either.",
                [nameof(Stations)]);
    }
}

/// <summary>How callers of the Prediction API name a station.</summary>
public sealed record PredictionNames
{
    /// <summary>
    /// The project: its id in Custom Vision, or a name. Not set: the station's name. Microsoft's clients take an id alone; a project with
    /// a name has one too, which every answer says as <c>project</c>.
    /// </summary>
    [StringLength(100, MinimumLength = 1)]
    public string? Project { get; init; }

    /// <summary>The name under which the iteration was published. Not set: the station's name.</summary>
    [StringLength(100, MinimumLength = 1)]
    public string? Iteration { get; init; }
}
