using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// A part's pictures on disk as the index knows them: as little data as possible, because there may be tens of thousands of entries.
/// </summary>
/// <param name="Id">The event's id.</param>
/// <param name="At">When the part was here.</param>
/// <param name="Station">The station's name.</param>
/// <param name="Verdict">The verdict on the part.</param>
/// <param name="Day">Name of the folder.</param>
/// <param name="Name">What the names of the part's files begin with.</param>
/// <param name="Bytes">Bytes of the part's files.</param>
internal sealed record SpoolEntry(Guid Id, DateTime At, string Station, VerdictKind Verdict, string Day, string Name, long Bytes)
{
    /// <summary>Comes before every entry whose date can be right.</summary>
    public static SpoolEntry First { get; } = new(Guid.Empty, WallTime.Earliest.UtcDateTime, "", VerdictKind.None, "", "", 0);

    /// <summary>Comes after every entry whose date can be right.</summary>
    public static SpoolEntry Future { get; } = First with { At = WallTime.Latest.UtcDateTime };

    /// <summary>Comes after every entry.</summary>
    public static SpoolEntry Last { get; } = First with { At = DateTime.MaxValue, Id = Guid.AllBitsSet };

    /// <summary>Orders by time, the oldest first.</summary>
    public static Comparer<SpoolEntry> OldestFirst { get; } = Comparer<SpoolEntry>.Create(
        static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Id.CompareTo(b.Id));
}
