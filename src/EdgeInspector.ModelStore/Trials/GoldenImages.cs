using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>A picture with a known verdict.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The file's path below the golden folder, with slashes.</param>
/// <param name="Expected">The verdict that the picture must get.</param>
/// <param name="Tag">The tag that must decide the verdict; null: any.</param>
internal sealed record GoldenImage(string Path, string Name, VerdictKind Expected, string? Tag);

/// <summary>Finds the golden images of a station.</summary>
internal static class GoldenImages
{
    private static readonly VerdictKind[] Verdicts = [VerdictKind.Pass, VerdictKind.Reject, VerdictKind.Review];

    /// <summary>The images in ordinal order of their names. Hidden files and folders are left alone.</summary>
    /// <param name="folder">The golden folder.</param>
    /// <param name="problems">Why there are no images, or which folders can't be looked into, a sentence each.</param>
    public static IReadOnlyList<GoldenImage> Find(string folder, out IReadOnlyList<string> problems)
    {
        problems = [];
        try
        {
            if (!Directory.Exists(folder))
            {
                problems =
                [
                    $"Golden:Folder: there is no folder '{folder}'. Create it with the folders pass and reject, or leave Golden out.",
                ];
                return [];
            }
            var unreadable = new List<string>();
            List<GoldenImage> images =
                [.. Verdicts.SelectMany(verdict => In(folder, verdict, unreadable)).OrderBy(image => image.Name, StringComparer.Ordinal)];
            problems = images.Count == 0 && unreadable.Count == 0
                ? [$"Golden:Folder: '{folder}' holds no picture in pass, reject or review. Put some there, or leave Golden out."]
                : unreadable;
            return images;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            problems = [$"Golden:Folder: '{folder}' can't be listed: {fault.Message}"];
            return [];
        }
    }

    private static IEnumerable<GoldenImage> In(string folder, VerdictKind verdict, List<string> unreadable)
    {
        string top = Path.Combine(folder, verdict.Word());
        if (!Directory.Exists(top))
            yield break;
        foreach (FoundPicture found in PictureFiles.Below(top))
        {
            if (found.Problem is { } problem)
            {
                unreadable.Add($"Golden:Folder: '{found.Path}': {problem}");
                continue;
            }
            string[] below = Path.GetRelativePath(top, found.Path).Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
            string name = $"{verdict.Word()}/{string.Join('/', below)}";
            yield return new GoldenImage(found.Path, name, verdict, below.Length > 1 ? below[0] : null);
        }
    }
}
