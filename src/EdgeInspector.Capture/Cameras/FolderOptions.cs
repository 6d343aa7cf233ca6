using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Capture.Cameras;

/// <summary>How a folder of images is read.</summary>
public enum FolderMode
{
    /// <summary>New files are read as they appear.</summary>
    Watch,

    /// <summary>The files present are read once, in the order of their names; then the station has no more pictures.</summary>
    Once,
}

/// <summary>What a watched folder does with the files that lie in it when the agent starts.</summary>
public enum ExistingFiles
{
    /// <summary>They count as read.</summary>
    Skip,

    /// <summary>They are read first, oldest first.</summary>
    Read,
}

/// <summary>A folder of image files (JPEG, PNG, BMP, TIFF, WebP), written by a camera's own software or another program. Subfolders are not read.</summary>
public sealed record FolderOptions
{
    /// <summary>The folder.</summary>
    [Required, StringLength(4000, MinimumLength = 1)]
    public string Path { get; init; } = "";

    /// <summary>Whether new files are awaited or the present ones read once.</summary>
    public FolderMode Mode { get; init; } = FolderMode.Watch;

    /// <summary>Which file names are read, such as <c>weld3-*.png</c>. Files that are no images by their extension are never read.</summary>
    [Required, StringLength(200, MinimumLength = 1)]
    public string Pattern { get; init; } = "*";

    /// <summary>What a watched folder does with the files that lie in it when the agent starts.</summary>
    public ExistingFiles Existing { get; init; } = ExistingFiles.Skip;

    /// <summary>How often a watched folder is looked at. (Looking works on network shares too, where notifications get lost.)</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a file that cannot be read is given to become complete, counted from its last change, before it is reported and skipped.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(2);
}
