using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Web.Metrics;

/// <summary>How figures are sent to a collector.</summary>
public enum OtlpProtocol
{
    /// <summary>Protobuf over HTTP; collectors listen on port 4318.</summary>
    Http,

    /// <summary>gRPC; collectors listen on port 4317.</summary>
    Grpc,
}

/// <summary>
/// The agent's figures. Prometheus fetches them as <c>/metrics</c> where <c>Http:Listen</c> is set; a collector gets them by OTLP.
/// </summary>
public sealed record MetricsOptions : IValidatableObject
{
    /// <summary>
    /// The collector, such as <c>http://collector:4318/v1/metrics</c> (with Protocol Http) or <c>http://collector:4317</c> (with Grpc).
    /// Not set: nothing is sent.
    /// </summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? Otlp { get; init; }

    /// <summary>The collector's protocol.</summary>
    public OtlpProtocol Protocol { get; init; } = OtlpProtocol.Http;

    /// <summary>How often figures are sent.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Otlp is not null && (!Uri.TryCreate(Otlp, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")))
            yield return new($"'{Otlp}' is no address of a collector; write one such as http://collector:4318/v1/metrics.", [nameof(Otlp)]);
    }
}
