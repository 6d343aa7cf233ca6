using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Capture.Cameras;

/// <summary>Why a source of pictures can't be opened or read, where that has a code of its own.</summary>
internal static class SourceWordings
{
    public static readonly Wording NotOpened = New(
        "notOpened",
        "The camera {device} could not be opened. Another program may be using it, or it gives no pictures "
        + "(on Linux one camera often has two devices: try the other).");

    public static readonly Wording Gone = New(
        "gone", "The camera {device} gives no pictures any more. Check that it is plugged in.");

    public static readonly Wording NoFolder = New(
        "noFolder", "There is no folder {folder}. Create it, mount it, or correct Folder:Path in the settings.");

    public static readonly Wording FolderForbidden = New(
        "folderForbidden", "The agent may not read the folder {folder}. Give its user the right to list and read it.");

    private static Wording New(string code, string words) => new(Station.CameraComponent, code, words);
}
