using System.Globalization;
using EdgeInspector.Foundation.Clocks;

namespace EdgeInspector.Delivery.Audit;

/// <summary>
/// Removes the oldest files by age and size. The entry that tells of a removal is on disk before the file is removed, so that the chain
/// says where it begins.
/// </summary>
internal sealed class AuditRetention(string folder, AuditOptions options, TimeProvider time)
{
    private static readonly TimeSpan ClockIsTrustedAfter = TimeSpan.FromDays(1);

    private readonly WallClock _clock = new(time);

    /// <summary>Checks the limits, and removes the files beyond them; never the newest file.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses access.</exception>
    public void Apply(AuditWriter writer)
    {
        _clock.Jump();
        List<AuditFile> files = AuditFiles.In(folder);
        long bytes = files.Sum(file => new FileInfo(file.Path).Length);
        foreach (AuditFile file in files.SkipLast(1))
        {
            string? why = bytes > options.MaxBytes ? $"The log took more than Audit:MaxBytes "
                + $"({options.MaxBytes.ToString(CultureInfo.InvariantCulture)})."
                : IsTooOld(file) ? $"It was older than Audit:MaxAge "
                    + $"({options.MaxAge.TotalDays.ToString("0.#", CultureInfo.InvariantCulture)} days)."
                : null;
            if (why is null || LastOf(file) is not { } last)
                return;
            writer.Append(
                [new AuditEntry("removed", time.GetUtcNow()) { What = file.Name, Count = last.Number, Before = last.Hash, Why = why }]);
            writer.Flush();
            bytes -= new FileInfo(file.Path).Length;
            File.Delete(file.Path);
        }
    }

    private bool IsTooOld(AuditFile file)
    {
        DateTimeOffset now = time.GetUtcNow();
        var begun = new DateTimeOffset(file.Day, TimeOnly.MinValue, TimeSpan.Zero);
        return WallTime.IsPossible(now) && WallTime.IsPossible(begun)
            && (_clock.SinceJump is not { } since || since > ClockIsTrustedAfter)
            && now - begun > options.MaxAge + TimeSpan.FromDays(1);
    }

    /// <summary>
    /// The last whole entry of a file; null: the file has none, and somebody should look at the file before it is removed.
    /// </summary>
    private static (long Number, string Hash)? LastOf(AuditFile file)
    {
        using var lines = new AuditLines(file.Path);
        (long, string)? last = null;
        byte[] hash = new byte[AuditLine.HashLength];
        long number = 0;
        while (lines.TryRead(out ReadOnlySpan<byte> line, out bool hasEnd))
        {
            if (!hasEnd || !AuditLine.TryRead(line, out AuditLine parts))
                continue;
            number = parts.Number;
            parts.Hash.CopyTo(hash);
        }
        if (number > 0)
            last = (number, AuditLine.Text(hash));
        return last;
    }
}
