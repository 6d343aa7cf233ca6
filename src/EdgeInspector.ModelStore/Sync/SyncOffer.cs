using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Sync;

/// <summary>A package that a source offers.</summary>
/// <param name="Id">Tells the offer from every other one: an iteration, a hash, a file with its time.</param>
/// <param name="Name">For people.</param>
/// <param name="Version">Says which of two offers is newer, by <see cref="OfferVersion"/>.</param>
/// <param name="Location">Where the package is fetched from; only its source knows how.</param>
internal sealed record SyncOffer(string Id, string Name, string Version, string Location)
{
    /// <summary>For people: shortened and without control characters, since the name goes onto screens and into logs.</summary>
    public string Name { get; } = ZipFiles.Printable(Name);

    /// <summary>The trainer's name for the package, if the source says it; the name in the package itself has precedence.</summary>
    public string? Iteration { get; init; }

    /// <summary>SHA-256 of the file, if the source says it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size of the file in bytes, if the source says it.</summary>
    public long? Size { get; init; }

    /// <summary>The package's detached signature, if the source has one.</summary>
    public string? Signature { get; init; }
}

/// <summary>
/// Compares versions: dotted numbers by their values, other versions by their characters. Offers are compared with each other, never with a
/// clock.
/// </summary>
internal static class OfferVersion
{
    public static int Compare(string a, string b)
    {
        string[] left = a.Split('.'), right = b.Split('.');
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            string x = i < left.Length ? left[i] : "0", y = i < right.Length ? right[i] : "0";
            bool areNumbers = x.Length > 0 && y.Length > 0 && x.All(char.IsAsciiDigit) && y.All(char.IsAsciiDigit);
            // Leading zeros have no meaning; a longer number is larger.
            (x, y) = areNumbers ? (x.TrimStart('0'), y.TrimStart('0')) : (x, y);
            int difference = areNumbers && x.Length != y.Length ? x.Length.CompareTo(y.Length) : string.CompareOrdinal(x, y);
            if (difference != 0)
                return Math.Sign(difference);
        }
        return 0;
    }
}

/// <summary>A source that offers packages.</summary>
internal interface ISyncSource
{
    /// <summary>What the source is, for messages: <c>Custom Vision</c>, <c>the manifest https://…</c>.</summary>
    string Description { get; }

    /// <summary>Asks for the package to run. Null: nothing has changed since the last call.</summary>
    /// <param name="memory">The offer that was seen last.</param>
    /// <param name="stop">Cancels the call.</param>
    /// <exception cref="SyncFault">The source could not be asked.</exception>
    Task<SyncOffer?> LookAsync(SyncMemory memory, CancellationToken stop);

    /// <summary>Fetches a package into a file; continues an earlier attempt if possible.</summary>
    /// <exception cref="SyncFault">The package could not be fetched.</exception>
    Task FetchAsync(SyncOffer offer, string path, CancellationToken stop);
}
