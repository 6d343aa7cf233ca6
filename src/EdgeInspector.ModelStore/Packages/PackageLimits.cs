namespace EdgeInspector.ModelStore.Packages;

/// <summary>What a package may cost before it is refused. Sizes in bytes.</summary>
internal sealed record PackageLimits
{
    public static readonly PackageLimits Default = new();

    /// <summary>A zip file as it lies on disk.</summary>
    public long Archive { get; init; } = 1L << 30;

    /// <summary>Entries of a zip; files of a folder beyond it are not looked at.</summary>
    public int Entries { get; init; } = 4096;

    /// <summary>All entries of a zip together, unpacked.</summary>
    public long Unpacked { get; init; } = 2L << 30;

    /// <summary>Unpacked bytes for each packed byte, for entries of more than 1 MiB; weights pack badly, bombs well.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>The network.</summary>
    public int Model { get; init; } = 512 << 20;

    /// <summary>Manifest, metadata and labels, each.</summary>
    public int Text { get; init; } = 1 << 20;

    /// <summary>Tags.</summary>
    public int Labels { get; init; } = 10_000;

    /// <summary>Characters of a tag.</summary>
    public int LabelLength { get; init; } = 256;
}
