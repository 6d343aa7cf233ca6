using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeInspector.Web.Users;

namespace EdgeInspector.Web;

/// <summary>The pages for people, at the address of the calls.</summary>
public sealed record ConsoleOptions : IValidatableObject
{
    /// <summary>Whether there are pages.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// What somebody may do who has not signed in, such as <c>Look</c> for a screen on the wall. Not set: nothing, except on an agent that
    /// listens on its own machine alone and has no users; there whoever sits at the machine may do everything.
    /// </summary>
    public Role? Guest { get; init; }

    /// <summary>Whoever has signed in stays so for so long after the last look.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SignedInFor { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Where the pages begin, for a proxy that serves them below a path, such as <c>/line-3</c>.</summary>
    [StringLength(128)]
    public string PathBase { get; init; } = "";

    /// <summary>
    /// Addresses of proxies in front. What they say of caller, scheme and host (<c>X-Forwarded-…</c>) is believed; nobody else is.
    /// </summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>
    /// By what names a proxy in front calls an agent that listens on its own machine alone; a page of another name is refused.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PathBase.Length > 0 && (PathBase[0] != '/' || PathBase[^1] == '/' || PathBase.Any(letter => letter is '?' or '#' or ' ')))
            yield return new(
                $"'{PathBase}' can't be a path; begin it with a slash and end it without, such as /line-3.", [nameof(PathBase)]);
        foreach (string proxy in Proxies.Where(proxy => !IPAddress.TryParse(proxy, out _)))
            yield return new($"'{proxy}' is no address; name each proxy by its IP address.", [nameof(Proxies)]);
    }
}
