namespace EdgeInspector.Foundation.Files;

/// <summary>By what a file is known to have changed without being read: when it was written, and its bytes.</summary>
/// <param name="Written">When, in UTC.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct WriteStamp(DateTime Written, long Length)
{
    /// <summary>
    /// The stamp of a file as it is now; <c>default</c> where there is none. Of a link, that of the file to which it leads: a secret of
    /// Kubernetes is a link that never changes.
    /// </summary>
    /// <exception cref="IOException">The system does not tell.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not tell this user.</exception>
    public static WriteStamp Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo final)
            file = final;
        return file.Exists ? new WriteStamp(file.LastWriteTimeUtc, file.Length) : default;
    }
}
