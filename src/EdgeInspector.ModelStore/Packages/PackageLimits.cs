namespace EdgeInspector.ModelStore.Packages;

/// <summary>What a package may cost before it is refused. Sizes in bytes.</summary>
internal sealed record PackageLimits
{
    public static readonly PackageLimits Default = new();

    /// <summary>Largest zip file on disk.</summary>
    public long Archive { get; init; } = 1L << 30;

    /// <summary>Most entries of a zip; further files of a folder are not looked at.</summary>
    public int Entries { get; init; } = 4096;

    /// <summary>Most bytes of all entries of a zip together, unpacked.</summary>
    public long Unpacked { get; init; } = 2L << 30;

    /// <summary>Most unpacked bytes for each packed byte, for entries of more than 1 MiB; weights pack badly, zip bombs well.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>Largest network.</summary>
    public int Model { get; init; } = 512 << 20;

    /// <summary>Largest manifest, metadata and labels, each.</summary>
    public int Text { get; init; } = 1 << 20;

    /// <summary>Most tags.</summary>
    public int Labels { get; init; } = 10_000;

    /// <summary>Most characters of a tag.</summary>
    public int LabelLength { get; init; } = 256;
}
