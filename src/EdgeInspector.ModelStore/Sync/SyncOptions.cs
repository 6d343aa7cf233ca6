using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.ModelStore.Sync;

/// <summary>When a package that was pulled becomes active.</summary>
public enum SyncActivation
{
    /// <summary>As soon as it has proved itself.</summary>
    AtOnce,

    /// <summary>At the next of the set times, such as a shift change.</summary>
    AtTimes,

    /// <summary>When somebody activates it.</summary>
    OnApproval,
}

/// <summary>Where a station's new models are pulled from. Off while no source is named.</summary>
public sealed record SyncOptions : IValidatableObject
{
    /// <summary>The Custom Vision Training API.</summary>
    public CustomVisionOptions? CustomVision { get; init; }

    /// <summary>A manifest on any web server.</summary>
    public ManifestOptions? Manifest { get; init; }

    /// <summary>A shared folder with zips, such as an SMB or NFS mount. Relative to the settings file.</summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? Folder { get; init; }

    /// <summary>How often the source is asked; each pause is jittered by a fifth.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest pause while the source fails.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>When a pulled package becomes active: AtOnce, AtTimes or OnApproval.</summary>
    public SyncActivation Activate { get; init; } = SyncActivation.AtOnce;

    /// <summary>The set times for AtTimes, local, as <c>HH:mm</c>: "06:00", "14:00", "22:00".</summary>
    public IReadOnlyList<string> Times { get; init; } = [];

    /// <summary>Takes an older package than the last one too, when the source goes back to it.</summary>
    public bool AllowDowngrade { get; init; }

    /// <summary>How long one request may take, and how long a download may stand still.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>File with the authority's certificate (PEM) when the server's is not one that the system trusts.</summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? CaFile { get; init; }

    /// <summary>True when any source is named.</summary>
    public bool IsOn => CustomVision is not null || Manifest is not null || Folder is not null;

    internal IReadOnlyList<TimeOnly> ParsedTimes =>
        [.. Times.Select(time => TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture)).Order()];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (new object?[] { CustomVision, Manifest, Folder }.Count(source => source is not null) > 1)
            yield return new ValidationResult("Name one source: CustomVision, Manifest or Folder.", [nameof(Folder)]);
        foreach (string time in Times.Where(
            time => !TimeOnly.TryParseExact(time, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)))
            yield return new ValidationResult($"'{time}' is no time of day; write it as \"06:00\".", [nameof(Times)]);
        if (Activate == SyncActivation.AtTimes && Times.Count == 0)
            yield return new ValidationResult(
                "Activate is AtTimes, but no Times are named; name some, such as [\"06:00\", \"14:00\", \"22:00\"].", [nameof(Times)]);
    }
}

/// <summary>The Custom Vision Training API (REST 3.3).</summary>
public sealed record CustomVisionOptions : IValidatableObject
{
    /// <summary>The resource's endpoint, such as <c>https://westeurope.api.cognitive.microsoft.com</c>.</summary>
    [Required, StringLength(1024, MinimumLength = 1)]
    public string? Endpoint { get; init; }

    /// <summary>The project's id, as the portal's settings page shows it.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string? Project { get; init; }

    /// <summary>
    /// The training key. Better kept in a secret folder, in <see cref="KeyFile"/> or in the environment than in the settings file.
    /// </summary>
    [PasswordPropertyText(true), StringLength(1024)]
    public string? Key { get; init; }

    /// <summary>File whose first line is the key. Read at every request, so that it can be changed while the agent runs.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? KeyFile { get; init; }

    /// <summary>Takes the iteration that is published under this name; null: the newest one that is trained and can be exported.</summary>
    [StringLength(256)]
    public string? PublishName { get; init; }

    /// <summary>The flavour of the ONNX export, such as <c>ONNX12</c> or <c>OnnxFloat16</c>; null: the service's default.</summary>
    [StringLength(64)]
    public string? Flavor { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not null && !SourceAddress.IsAllowed(Endpoint, out _, out string wrong))
            yield return new ValidationResult(wrong, [nameof(Endpoint)]);
        if (Project is not null && !Guid.TryParse(Project, out _))
            yield return new ValidationResult(
                $"'{Project}' is no id of a project; copy it from the portal's settings page, "
                + "such as 5bd931f2-f132-523b-99a7-0acd5dfdfbc7.",
                [nameof(Project)]);
        if ((Key is null) == (KeyFile is null))
            yield return new ValidationResult("Give Key or KeyFile.", [nameof(Key)]);
    }
}

/// <summary>A manifest <c>{name, iteration, version, url, sha256, size, signature}</c> on a web server or blob store.</summary>
public sealed record ManifestOptions : IValidatableObject
{
    /// <summary>Where it lies.</summary>
    [Required, StringLength(2048, MinimumLength = 1)]
    public string? Url { get; init; }

    /// <summary>
    /// Sent as <c>Authorization: Bearer</c> to the manifest's own server. Better kept in a secret folder, in <see cref="TokenFile"/> or in
    /// the environment.
    /// </summary>
    [PasswordPropertyText(true), StringLength(4096)]
    public string? Token { get; init; }

    /// <summary>File whose first line is the token. Read at every request.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? TokenFile { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is not null && !SourceAddress.IsAllowed(Url, out _, out string wrong))
            yield return new ValidationResult(wrong, [nameof(Url)]);
        if (Token is not null && TokenFile is not null)
            yield return new ValidationResult("Give Token or TokenFile, not both.", [nameof(TokenFile)]);
    }
}
