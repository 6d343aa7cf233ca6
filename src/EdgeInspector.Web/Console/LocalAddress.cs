namespace EdgeInspector.Web.Console;

/// <summary>Where a page sends somebody on to: never to another site, whatever the address said.</summary>
internal static class LocalAddress
{
    private static readonly Uri Somewhere = new("http://console/");

    /// <summary>
    /// The address relative to the console's beginning, as <c>~/parts?x=1</c>; the first page for everything that is not local.
    /// </summary>
    /// <param name="wanted">What the address said, from the site's beginning or from the console's.</param>
    /// <param name="pathBase">Where the console begins, as a proxy serves it; empty: at the site's beginning.</param>
    public static string Of(string? wanted, string? pathBase = null)
    {
        if (pathBase is { Length: > 0 } && wanted?.StartsWith(pathBase + "/", StringComparison.Ordinal) == true)
            wanted = wanted[pathBase.Length..];
        string path = wanted?.TrimStart('~', '/') ?? "";
        bool isSound = path.Length <= 2000
            && !path.Contains("//", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal)
            && !path.Split('?')[0].Contains(':', StringComparison.Ordinal) && !path.Any(char.IsControl);
        // As a header wants it: letters beyond ASCII are written with percent signs.
        return isSound && Uri.TryCreate(Somewhere, path, out Uri? whole) && whole.Host == Somewhere.Host ? "~" + whole.PathAndQuery : "~/";
    }
}
