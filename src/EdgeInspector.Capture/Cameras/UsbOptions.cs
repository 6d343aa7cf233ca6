using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Capture.Cameras;

/// <summary>A camera on USB or another local video device. What is not set stays as the driver has it.</summary>
public sealed record UsbOptions : ICameraBlock
{
    /// <summary>
    /// The device: a path such as <c>/dev/video0</c> or, better where there are several cameras, <c>/dev/v4l/by-id/…</c> (Linux), or a
    /// number from 0 (Linux and Windows).
    /// </summary>
    [Required, StringLength(500, MinimumLength = 1)]
    public string Device { get; init; } = "0";

    /// <summary>Width of the pictures in pixels. A camera that cannot do it takes the nearest it can, and the log says so.</summary>
    [Range(16, 32768)]
    public int? Width { get; init; }

    /// <summary>Height of the pictures in pixels.</summary>
    [Range(16, 32768)]
    public int? Height { get; init; }

    /// <summary>Pictures a second.</summary>
    [Range(0.01, 1000)]
    public double? Fps { get; init; }

    /// <summary>
    /// The pixel format the camera sends, as four letters: <c>MJPG</c> (large pictures over USB 2), <c>YUYV</c> (no compression artefacts),
    /// …
    /// </summary>
    [RegularExpression("^[ -~]{4}$", ErrorMessage = "FourCc must be four letters, such as MJPG or YUYV.")]
    public string? FourCc { get; init; }

    /// <summary>
    /// Fixed exposure in the driver's unit (Linux: 100 µs; Windows: the power of two of seconds, −6 is 1/64 s). Not set: as the camera has
    /// it, usually automatic. A fixed exposure keeps the brightness of the parts, and so the probabilities, steady.
    /// </summary>
    [Range(-20.0, 100000.0)]
    public double? Exposure { get; init; }

    /// <summary>
    /// How many bits the values of a camera with the pixel format <c>Y16</c> use: 10, 12, 14 or 16. Such cameras often leave the upper bits
    /// empty and don't say so; not set, a picture that leaves the upper two bits empty is refused, since it may be dark by mistake.
    /// <c>Y10</c> and <c>Y12</c> need no setting.
    /// </summary>
    [Range(9, 16)]
    public int? BitDepth { get; init; }

    TimeSpan ICameraBlock.OpenAllowance => TimeSpan.FromSeconds(10);
}
