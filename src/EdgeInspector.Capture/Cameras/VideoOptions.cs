using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Capture.Cameras;

/// <summary>How fast a video file is read.</summary>
public enum VideoPace
{
    /// <summary>As fast as it was recorded: pictures that nobody asks for are lost, as with a camera.</summary>
    Own,

    /// <summary>As fast as pictures are consumed; none is lost.</summary>
    AsConsumed,
}

/// <summary>What follows a video file's last picture.</summary>
public enum VideoEnd
{
    /// <summary>The first one again.</summary>
    Loop,

    /// <summary>Nothing: the station has no more pictures.</summary>
    End,
}

/// <summary>A video file in the place of a camera.</summary>
public sealed record VideoOptions : ICameraBlock
{
    /// <summary>The file; anything FFmpeg can read.</summary>
    [Required, StringLength(4000, MinimumLength = 1)]
    public string File { get; init; } = "";

    /// <summary>How fast it is read.</summary>
    public VideoPace Pace { get; init; } = VideoPace.Own;

    /// <summary>What follows the last picture.</summary>
    public VideoEnd AtEnd { get; init; } = VideoEnd.Loop;

    /// <summary>
    /// How many bits the values of a video of 16 grey bits use: 10, 12, 14 or 16; not set, a picture that leaves the upper two bits empty
    /// is refused, since it may be dark by mistake.
    /// </summary>
    [Range(9, 16)]
    public int? BitDepth { get; init; }

    TimeSpan ICameraBlock.OpenAllowance => TimeSpan.Zero;
}
