using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeInspector.Capture.Cameras.Network;

/// <summary>
/// The last lines in which ffmpeg complained. The lines may hold the address with the password: only the name of a codec or option, and the
/// method and status of a request, are shown.
/// </summary>
internal sealed partial class FfmpegWords
{
    private const int Kept = 20, Longest = 500;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    /// <summary>The option or keyword that this version does not understand; null when there was none.</summary>
    public string? RefusedOption => Find(UnknownOption());

    /// <summary>The name of the codec for which there is no decoder.</summary>
    public string? MissingDecoder => Find(NoDecoder());

    /// <summary>The library without which the program does not start.</summary>
    public string? LacksLibrary => Find(NoLibrary());

    /// <summary>
    /// The RTSP request that the camera refused last, and the status of the answer; null when the camera refused none. For status 400
    /// ffmpeg does not say which request was refused: then the method is empty.
    /// </summary>
    public (string Method, int Status)? RefusedRequest
    {
        get
        {
            lock (_gate)
            {
                Match? match = _lines.Select(line => RefusedMethod().Match(line)).LastOrDefault(match => match.Success);
                return match is null
                    ? null
                    : (match.Groups["method"].Value, int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>True when ffmpeg said nothing at all.</summary>
    public bool IsSilent
    {
        get
        {
            lock (_gate)
                return _lines.Count == 0;
        }
    }

    /// <summary>True when the stream has no pictures.</summary>
    public bool SaysNoVideo => Says("matches no streams") || Says("does not contain any stream");

    /// <summary>True when this build can't read the address's protocol.</summary>
    public bool LacksProtocol => Says("Protocol not found");

    /// <summary>True when the stream's form was not recognised.</summary>
    public bool SaysInvalidData => Says("Invalid data found when processing input");

    /// <summary>Takes one line of ffmpeg's standard error.</summary>
    public void Hear(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_gate)
        {
            _lines.Enqueue(line.Length > Longest ? line[..Longest] : line);
            if (_lines.Count > Kept)
                _lines.Dequeue();
        }
    }

    private bool Says(string words)
    {
        lock (_gate)
            return _lines.Any(line => line.Contains(words, StringComparison.Ordinal));
    }

    private string? Find(Regex pattern)
    {
        lock (_gate)
            return _lines.Select(line => pattern.Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value;
    }

    [GeneratedRegex(@"(?:Unrecognized option '|unknown keyword '|Option )([\w:-]{1,40})(?:'| not found)")]
    private static partial Regex UnknownOption();

    // Other requests, such as one that keeps a session alive or ends it, may fail without harm.
    [GeneratedRegex(
        @"method (?<method>OPTIONS|DESCRIBE|SETUP|PLAY) failed: (?<status>[45][0-9]{2})\b|Server returned (?<status>400) Bad Request")]
    private static partial Regex RefusedMethod();

    [GeneratedRegex(@"error while loading shared libraries: ([\w.+-]{1,80})")]
    private static partial Regex NoLibrary();

    [GeneratedRegex(@"(?:Decoder \(codec |no decoder found for: |Unsupported codec with id |Unknown decoder ')([\w-]{1,40})")]
    private static partial Regex NoDecoder();
}
