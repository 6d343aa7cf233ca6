using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Capture.Cameras;

/// <summary>What is wrong with files of a watched folder.</summary>
internal static class FolderWordings
{
    public static readonly Wording NotInspected = new(
        ImageFolder.Component, "notInspected", "The file '{file}' was not inspected: {detail}");

    /// <summary>As <see cref="NotInspected"/>, and not the first one.</summary>
    public static readonly Wording NotInspectedAgain = new(
        ImageFolder.Component, "notInspectedAgain",
        "The file '{file}' was not inspected: {detail} It is file {files} of this kind since the start.");

    /// <summary>A file that was read can't be moved or deleted.</summary>
    public static readonly Wording Stays = new(ImageFolder.Component, "stays", "{detail}");

    public static readonly Wording MissedOne = new(
        ImageFolder.MissedComponent, "file", "1 file came into {folder} while the agent was stopped and was " + What);

    public static readonly Wording Missed = new(
        ImageFolder.MissedComponent, "files",
        "{count} files came into {folder} while the agent was stopped and were " + What);

    private const string What = "not inspected (Folder:Existing is Skip): {files}. "
        + "Inspect what is missing with the command inspect, then take it out of the folder; or set Folder:Existing to Read.";
}
