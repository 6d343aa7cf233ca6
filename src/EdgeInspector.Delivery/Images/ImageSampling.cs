using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images;

/// <summary>Says which parts are kept with a picture.</summary>
internal static class ImageSampling
{
    /// <summary>
    /// True when the settings want the part's picture; a refused picture is also wanted where the settings want those of rejects.
    /// </summary>
    public static bool Wants(ImageOptions options, in Verdict verdict, Guid eventId) => Wants(options, verdict.Kind, eventId)
        || (verdict is { Kind: VerdictKind.None, Reason: NoneReason.Picture } && Wants(options, VerdictKind.Reject, eventId));

    /// <summary>True when the settings want pictures with a verdict. The same part always gets the same answer.</summary>
    public static bool Wants(ImageOptions options, VerdictKind verdict, Guid eventId)
    {
        if (options.Mode == ImageMode.Off)
            return false;
        return options.For.Contains(verdict) || (verdict == VerdictKind.Pass && Share(eventId) < options.PassShare);
    }

    /// <summary>
    /// A number in 0..1 (1 excluded), evenly spread, that depends on nothing but the id: FNV-1a with the last steps of MurmurHash3.
    /// </summary>
    internal static double Share(Guid eventId)
    {
        Span<byte> bytes = stackalloc byte[16];
        eventId.TryWriteBytes(bytes, bigEndian: true, out _);
        ulong hash = 14695981039346656037;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 1099511628211;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash ^= hash >> 33;
        return (hash >> 11) / (double)(1UL << 53);
    }
}
