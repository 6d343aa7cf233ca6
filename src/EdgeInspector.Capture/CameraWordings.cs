using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Capture;

/// <summary>Why no picture comes from a camera, as far as its feed sees it.</summary>
internal static class CameraWordings
{
    public static readonly Wording Opening = New("opening", "The camera is being opened; there is no picture yet.");

    /// <summary>What has no code of its own: the words of a driver, of ffmpeg or of the system.</summary>
    public static readonly Wording Fault = New("fault", "{detail}");

    public static readonly Wording StreamEnded = New("streamEnded", "The camera ended its stream.");

    /// <summary>A folder or a video is at its end, which is no fault.</summary>
    public static readonly Wording AtEnd = New("atEnd", "{detail}");

    public static readonly Wording NoFirstPicture = New(
        "noFirstPicture", "The camera was opened but gave no picture for {seconds:0.#} s.");

    public static readonly Wording NoPicture = New("noPicture", "The camera has given no picture for {seconds:0.#} s.");

    public static readonly Wording NoAnswer = New(
        "noAnswer", "{source} has not answered for {seconds:0} s. Check the share, its network and its server.");

    public static readonly Wording Hangs = New(
        "hangs",
        "The camera's driver does not return from {calls} calls. Check the camera and its cable; if it stays so, restart the agent.");

    private static Wording New(string code, string words) => new(Station.CameraComponent, code, words);
}
