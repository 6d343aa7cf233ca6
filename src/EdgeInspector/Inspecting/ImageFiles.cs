using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Hosting;

namespace EdgeInspector.Inspecting;

/// <summary>The image files that a user means by files and folders.</summary>
internal static class ImageFiles
{
    /// <summary>Files as given; folders with all images in and below them, in ordinal order.</summary>
    /// <exception cref="RefusedException">A path does not exist, or there is no image at all.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths)
    {
        var files = new List<string>();
        var problems = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                List<string> found = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(ImageFile.HasImageExtension)];
                found.Sort(StringComparer.Ordinal);
                if (found.Count == 0)
                    problems.Add($"The folder '{path}' holds no image (jpg, jpeg, png, bmp, tif, tiff, webp).");
                files.AddRange(found);
            }
            else if (File.Exists(path))
            {
                files.Add(path);
            }
            else
            {
                problems.Add($"There is no file or folder '{path}'.");
            }
        }
        return problems.Count == 0 ? files : throw new RefusedException(problems);
    }
}
