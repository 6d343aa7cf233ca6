using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Capture.Cameras;

/// <summary>How the pictures of an RTSP camera travel.</summary>
public enum StreamTransport
{
    /// <summary>Over the RTSP connection itself: nothing is lost, passes firewalls.</summary>
    Tcp,

    /// <summary>As datagrams: a lost one spoils a picture, but none waits for it.</summary>
    Udp,
}

/// <summary>How a camera gives its pictures at an HTTP address.</summary>
public enum HttpPictureSource
{
    /// <summary>As its answer says: <c>image/jpeg</c> is one picture, anything else a stream.</summary>
    Auto,

    /// <summary>A stream, such as Motion JPEG, read by ffmpeg.</summary>
    Stream,

    /// <summary>One picture for each request.</summary>
    Request,
}

/// <summary>A camera on the network.</summary>
public sealed record UrlOptions : ICameraBlock, IValidatableObject
{
    private static readonly string[] Schemes = ["rtsp", "rtsps", "http", "https", "rtmp", "udp", "rtp", "srt"];

    /// <summary>
    /// The stream's address without user name and password: <c>rtsp://camera-3/stream1</c>, <c>http://camera-3/video.mjpg</c>,
    /// <c>http://camera-3/snap.jpg</c>.
    /// </summary>
    [Required, StringLength(2000, MinimumLength = 1)]
    public string Address { get; init; } = "";

    /// <summary>How the pictures of an RTSP camera travel; other addresses ignore it.</summary>
    public StreamTransport Transport { get; init; } = StreamTransport.Tcp;

    /// <summary>How a camera gives its pictures at an address with http or https; other addresses ignore it.</summary>
    public HttpPictureSource Pictures { get; init; } = HttpPictureSource.Auto;

    /// <summary>
    /// How often a camera that gives one picture for each request is asked where pictures make triggers (EveryFrame, Presence,
    /// Interval with When). With Mqtt and Interval it is asked when a trigger comes, and now and then between, to see that it is there.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Whether an https camera may show a certificate that nobody vouches for, as most do from the factory. Only in a network
    /// that is closed. Of a stream the agent's first question is checked alone: ffmpeg, which reads it, looks at no certificate.
    /// </summary>
    public bool AcceptAnyCertificate { get; init; }

    /// <summary>How long connecting and recognising the stream may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the next picture may take before the connection counts as broken.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The camera's user name, if it wants one.</summary>
    [StringLength(200)]
    public string? UserName { get; init; }

    /// <summary>
    /// The camera's password. Better in a secret folder, in <see cref="PasswordFile"/> or in the environment than in the settings file.
    /// </summary>
    [PasswordPropertyText(true), StringLength(1000)]
    public string? Password { get; init; }

    /// <summary>A file whose first line is the camera's password; read each time the camera is opened.</summary>
    [HoldsSecret, StringLength(1000, MinimumLength = 1)]
    public string? PasswordFile { get; init; }

    TimeSpan ICameraBlock.OpenAllowance => OpenTimeout;

    int? ICameraBlock.BitDepth => null;

    /// <summary>True when the camera is asked over HTTP what it gives.</summary>
    internal bool IsAskedOverHttp =>
        Pictures != HttpPictureSource.Stream && Uri.TryCreate(Address, UriKind.Absolute, out Uri? uri) && uri.Scheme is ("http" or "https");

    /// <summary>The address as people may see it.</summary>
    internal string ShownAddress => AddressSecrets.Hide(Address);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Address, UriKind.Absolute, out Uri? uri) || !Schemes.Contains(uri.Scheme))
            yield return new ValidationResult(
                "Address is not the address of a stream; "
                + $"write one that begins with {string.Join(", ", Schemes.Select(scheme => scheme + "://"))}.",
                [nameof(Address)]);
        else if (uri.UserInfo.Length > 0)
            yield return new ValidationResult(
                "Address holds a user name or password; move them to UserName and Password or PasswordFile, so that no log shows them.",
                [nameof(Address)]);
        if (Password is not null && PasswordFile is not null)
            yield return new ValidationResult(
                "Password and PasswordFile are both given; remove one.", [nameof(Password), nameof(PasswordFile)]);
        if (UserName is null && (Password is not null || PasswordFile is not null))
            yield return new ValidationResult("A password is given without UserName.", [nameof(UserName)]);
    }
}
