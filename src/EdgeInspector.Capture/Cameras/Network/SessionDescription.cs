namespace EdgeInspector.Capture.Cameras.Network;

/// <summary>What a session description (RFC 8866) says of a stream's pictures.</summary>
/// <param name="Kinds">The kinds of medium in the order given: <c>audio</c>, <c>video</c>, <c>application</c>.</param>
/// <param name="Codec">
/// The name of the first video's encoding, such as <c>H264</c>; null when there is no video, or the encoding has no name.
/// </param>
internal sealed record SessionDescription(IReadOnlyList<string> Kinds, string? Codec)
{
    // Payload types whose name the description need not say (RFC 3551).
    private static readonly Dictionary<string, string> Fixed = new()
    {
        ["26"] = "JPEG",
        ["31"] = "H261",
        ["32"] = "MPV",
        ["33"] = "MP2T",
        ["34"] = "H263",
    };

    private static readonly HashSet<string> Decodable = new(StringComparer.OrdinalIgnoreCase)
    {
        "H264", "H264-SVC", "H265", "HEVC", "H266", "JPEG", "MP4V-ES", "MPV", "MP2T", "MP1S", "MP2P", "VP8", "VP9", "AV1", "H261", "H263",
        "H263-1998", "H263-2000", "THEORA", "DV", "RAW", "X-PN-TOKEN", "X-ASF-PF", "X-QT", "X-QUICKTIME", "X-PURECOMPRESSEDFRAMES", "VC1",
        "VC2", "SMPTE336M",
    };

    /// <summary>True when the stream holds pictures.</summary>
    public bool HasVideo => Kinds.Contains("video");

    /// <summary>True when ffmpeg is known to read the encoding, or the encoding has no name.</summary>
    public bool IsDecodable => Codec is null || Decodable.Contains(Codec);

    /// <summary>Reads a description; lines that are not understood are passed over.</summary>
    public static SessionDescription Parse(string text)
    {
        var kinds = new List<string>();
        string? payload = null, codec = null;
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith("m=", StringComparison.Ordinal))
            {
                string[] words = line[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words.Length == 0)
                    continue;
                bool isFirstVideo = words[0] == "video" && !kinds.Contains("video");
                kinds.Add(words[0]);
                if (isFirstVideo)
                    payload = words.ElementAtOrDefault(3);
            }
            else if (payload is not null && codec is null && kinds[^1] == "video"
                && line.StartsWith($"a=rtpmap:{payload} ", StringComparison.Ordinal))
            {
                codec = line.Split(' ', 2)[1].Split('/')[0].Trim();
            }
        }
        return new SessionDescription(kinds, codec ?? (payload is null ? null : Fixed.GetValueOrDefault(payload)));
    }
}
