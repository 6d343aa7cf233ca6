using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>A picture with a known verdict.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its path below the golden folder, with slashes.</param>
/// <param name="Expected">The verdict that it must get.</param>
/// <param name="Tag">The tag that must decide the verdict; null: any.</param>
internal sealed record GoldenImage(string Path, string Name, VerdictKind Expected, string? Tag);

/// <summary>Finds the golden images of a station.</summary>
internal static class GoldenImages
{
    private static readonly (string Folder, VerdictKind Verdict)[] Verdicts =
        [("pass", VerdictKind.Pass), ("reject", VerdictKind.Reject), ("review", VerdictKind.Review)];

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp" };

    /// <summary>The images in ordinal order of their names.</summary>
    /// <param name="folder">The golden folder.</param>
    /// <param name="problem">Why there are none, in a sentence.</param>
    public static IReadOnlyList<GoldenImage> Find(string folder, out string? problem)
    {
        problem = null;
        try
        {
            if (!Directory.Exists(folder))
            {
                problem = $"Golden:Folder: there is no folder '{folder}'. Create it with the folders pass and reject, or leave Golden out.";
                return [];
            }
            List<GoldenImage> images = [.. Verdicts.SelectMany(verdict => In(folder, verdict.Folder, verdict.Verdict)).OrderBy(image => image.Name, StringComparer.Ordinal)];
            if (images.Count == 0)
                problem = $"Golden:Folder: '{folder}' holds no picture in pass, reject or review. Put some there, or leave Golden out.";
            return images;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"Golden:Folder: '{folder}' can't be listed: {fault.Message}";
            return [];
        }
    }

    private static IEnumerable<GoldenImage> In(string folder, string verdictFolder, VerdictKind verdict)
    {
        string top = Path.Combine(folder, verdictFolder);
        if (!Directory.Exists(top))
            yield break;
        foreach (string file in Directory.EnumerateFiles(top, "*", SearchOption.AllDirectories).Where(file => Extensions.Contains(Path.GetExtension(file))))
        {
            string[] below = Path.GetRelativePath(top, file).Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
            yield return new GoldenImage(file, $"{verdictFolder}/{string.Join('/', below)}", verdict, below.Length > 1 ? below[0] : null);
        }
    }
}
