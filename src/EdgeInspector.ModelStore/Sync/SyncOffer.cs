using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Sync;

/// <summary>A package that a source offers.</summary>
/// <param name="Id">What tells it from every other one: an iteration, a hash, a file with its time.</param>
/// <param name="Name">For people.</param>
/// <param name="Version">Says which of two offers is newer, by <see cref="OfferVersion"/>.</param>
/// <param name="Location">Where it is fetched from; only its source knows how.</param>
internal sealed record SyncOffer(string Id, string Name, string Version, string Location)
{
    /// <summary>For people: shortened, without control characters, for it goes onto screens and into logs.</summary>
    public string Name { get; } = ZipFiles.Printable(Name);

    /// <summary>The trainer's name for it, if the source says it; the package's own word comes first.</summary>
    public string? Iteration { get; init; }

    /// <summary>SHA-256 of the file, if the source says it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size of the file in bytes, if the source says it.</summary>
    public long? Size { get; init; }

    /// <summary>The package's detached signature, if the source has one.</summary>
    public string? Signature { get; init; }
}

/// <summary>
/// Compares versions: dotted numbers by their values, everything else by its characters.
/// Offers are compared with each other, never with a clock.
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
            // Leading zeros say nothing; a longer number is larger.
            (x, y) = areNumbers ? (x.TrimStart('0'), y.TrimStart('0')) : (x, y);
            int difference = areNumbers && x.Length != y.Length ? x.Length.CompareTo(y.Length) : string.CompareOrdinal(x, y);
            if (difference != 0)
                return Math.Sign(difference);
        }
        return 0;
    }
}

/// <summary>Something that offers packages.</summary>
internal interface ISyncSource
{
    /// <summary>What it is, for messages: <c>Custom Vision</c>, <c>the manifest https://…</c>.</summary>
    string Description { get; }

    /// <summary>Asks for the package to run. Null: nothing has changed since the last time.</summary>
    /// <param name="memory">What was last seen.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="SyncFault">It could not be asked.</exception>
    Task<SyncOffer?> LookAsync(SyncMemory memory, CancellationToken stop);

    /// <summary>Fetches a package into a file, going on where an earlier attempt stopped if it can.</summary>
    /// <exception cref="SyncFault">It could not be fetched.</exception>
    Task FetchAsync(SyncOffer offer, string path, CancellationToken stop);
}
