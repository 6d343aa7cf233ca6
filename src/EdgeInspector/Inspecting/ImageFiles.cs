using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspecting;

/// <summary>Finds the image files in given files and folders.</summary>
internal static class ImageFiles
{
    /// <summary>
    /// Files as given; for folders all images in and below them, in ordinal order. A folder that can't be looked into is named, and the
    /// other files are found.
    /// </summary>
    /// <exception cref="RefusedException">A path does not exist, or there is no image at all.</exception>
    public static IReadOnlyList<FoundPicture> Find(IEnumerable<string> paths)
    {
        var files = new List<FoundPicture>();
        var problems = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                IReadOnlyList<FoundPicture> found = PictureFiles.Below(path);
                if (found.Count == 0)
                    problems.Add($"The folder '{path}' holds no image (jpg, jpeg, png, bmp, tif, tiff, webp).");
                files.AddRange(found);
            }
            else if (File.Exists(path))
            {
                files.Add(new FoundPicture(path, null));
            }
            else
            {
                problems.Add($"There is no file or folder '{path}'.");
            }
        }
        return problems.Count == 0 ? files : throw new RefusedException(problems);
    }
}
