using System.ComponentModel.DataAnnotations;
using EdgeInspector.Capture.Cameras.Folders;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.Cameras;

/// <summary>How a folder of images is read.</summary>
public enum FolderMode
{
    /// <summary>New files are read as they appear.</summary>
    Watch,

    /// <summary>The files present are read once, in the order of their names; then the station has no more pictures.</summary>
    Once,
}

/// <summary>What a watched folder does with the files that lie in it when the agent starts and that were not read before.</summary>
public enum ExistingFiles
{
    /// <summary>They are passed over. The log says how many; of those that came while the agent was stopped, a complaint does.</summary>
    Skip,

    /// <summary>They are read first, oldest first. With the trigger EveryFrame they wait until the station has time for them.</summary>
    Read,
}

/// <summary>What becomes of a file that was inspected.</summary>
public enum AfterRead
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>It is deleted.</summary>
    Delete,

    /// <summary>It is moved to another folder.</summary>
    Move,
}

/// <summary>
/// A folder of image files (see <c>Camera:Formats</c>), written by a camera's own software or another program. Hidden files and subfolders
/// are not read. A file is one part, once: it is known by its name and its content, also after a restart. Several pages of a TIFF are
/// pictures of one part, and the worst decides.
/// </summary>
public sealed record FolderOptions : ICameraBlock, IValidatableObject
{
    /// <summary>The folder.</summary>
    [Required, StringLength(4000, MinimumLength = 1)]
    public string Path { get; init; } = "";

    /// <summary>Whether new files are awaited or the present ones read once.</summary>
    public FolderMode Mode { get; init; } = FolderMode.Watch;

    /// <summary>Which file names are read, such as <c>weld3-*.png</c>. Files that are no images by their extension are never
    /// read.</summary>
    [Required, StringLength(200, MinimumLength = 1)]
    public string Pattern { get; init; } = "*";

    /// <summary>
    /// A regular expression that finds the part's id in the file's name: its group <c>part</c>, else its first group, else all that it
    /// matches. Null: the name without its ending. Example: <c>^cam2_(?&lt;part&gt;[A-Z0-9-]+)_</c>.
    /// </summary>
    [StringLength(500, MinimumLength = 1)]
    public string? PartFrom { get; init; }

    /// <summary>What a watched folder does with the files that lie in it when the agent starts and that were not read before.</summary>
    public ExistingFiles Existing { get; init; } = ExistingFiles.Skip;

    /// <summary>How often a watched folder is looked at. (Looking works on network shares too, where notifications get lost.)</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// For how long nothing may have happened to a file before it counts as whole: its size and its time stay as they are over at least two
    /// looks. A JPEG, PNG or WebP that holds its own end is read sooner, at the first look; BMP and TIFF say their length first and are
    /// filled in later. 0 only where each file is renamed into the folder when it is finished. A file that can't be read then is reported
    /// and skipped.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What becomes of a file that was inspected: Keep, Delete, or Move. One that could not be inspected always stays. What can't be
    /// deleted or moved is a complaint, and is not inspected again.
    /// </summary>
    public AfterRead AfterRead { get; init; } = AfterRead.Keep;

    /// <summary>For Move: the folder to which the files go; made when it is missing. Not the watched one.</summary>
    [StringLength(4000, MinimumLength = 1)]
    public string? MoveTo { get; init; }

    /// <summary>
    /// How many bits the values of 16-bit pictures use: 10, 12, 14 or 16. Null: what the file says (PNG <c>sBIT</c>, TIFF
    /// <c>BitsPerSample</c> and <c>MaxSampleValue</c>). Where it says nothing, a picture that leaves the upper two bits empty is refused,
    /// since it may be dark by mistake.
    /// </summary>
    [Range(9, 16)]
    public int? BitDepth { get; init; }

    TimeSpan ICameraBlock.OpenAllowance => TimeSpan.Zero;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string ending = System.IO.Path.GetExtension(Pattern);
        if (ending.Length > 1 && !ending.AsSpan().ContainsAny('*', '?') && !PictureFiles.HasEnding(Pattern))
        {
            yield return new ValidationResult(
                $"Pattern '{Pattern}' fits no picture, since pictures are known by their ending: {string.Join(", ", PictureFiles.Known)}.",
                [nameof(Pattern)]);
        }
        if (PatternProblem() is { } problem)
            yield return new ValidationResult($"PartFrom can't be used: {problem}", [nameof(PartFrom)]);
        if (AfterRead == AfterRead.Move && MoveTo is null)
            yield return new ValidationResult("With AfterRead Move, write in MoveTo the folder to which the files go.", [nameof(MoveTo)]);
        else if (AfterRead != AfterRead.Move && MoveTo is not null)
            yield return new ValidationResult("MoveTo is only for AfterRead Move; set that, or leave MoveTo out.", [nameof(MoveTo)]);
        else if (MoveTo is not null && Path.Length > 0 && System.IO.Path.GetFullPath(MoveTo) == System.IO.Path.GetFullPath(Path))
            yield return new ValidationResult(
                "MoveTo is the folder that is read; the files must go to another one, which may lie within it.", [nameof(MoveTo)]);
    }

    private string? PatternProblem()
    {
        try
        {
            _ = new PartName(PartFrom);
            return null;
        }
        catch (ArgumentException fault)
        {
            return fault.Message;
        }
    }
}
