using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Delivery.Journal;

/// <summary>The journal: where events wait on disk until the broker has them.</summary>
public sealed record JournalOptions
{
    /// <summary>
    /// The most that waiting events may take on disk, in bytes. Beyond it the oldest go; they are counted and an event says so.
    /// An event has one to two kilobytes.
    /// </summary>
    [Range(1024L * 1024, 1024L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>
    /// Events kept in memory while the disk can't be written (full, read-only, gone). Beyond it the oldest go;
    /// they are counted and an event says so.
    /// </summary>
    [Range(100, 1_000_000)]
    public int MemoryEvents { get; init; } = 10_000;

    /// <summary>
    /// The journal's file never grows beyond so many pages of 4 KiB: how tests fill a disk, and make room again. Zero: no limit.
    /// </summary>
    internal int MostPages { get; set; }
}
