namespace EdgeInspector.Foundation.Files;

/// <summary>
/// A file that appears whole or not at all, in place of one that is there: it is written under another name beside its own, and renamed.
/// One that is disposed before <see cref="Commit"/> leaves nothing. Not thread-safe.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path, _sibling;
    private readonly Durability _durability;
    private readonly FileStream _content;
    private bool _isSealed, _isCommitted;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file; its folder must be there.</param>
    /// <param name="durability">What the file must outlive.</param>
    /// <param name="sibling">
    /// The file beside it that is written first; null: the path with <c>.new</c> behind it, which a process that was killed leaves to the
    /// next one to write over. Where several write the same file at once, each must name its own, and somebody must remove what is left of
    /// them.
    /// </param>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public AtomicFile(string path, Durability durability, string? sibling = null)
    {
        (_path, _durability, _sibling) = (path, durability, sibling ?? path + ".new");
        _content = new FileStream(_sibling, FileMode.Create, FileAccess.Write, FileShare.None);
    }

    /// <summary>Takes the content, until <see cref="Seal"/> or <see cref="Commit"/>.</summary>
    public Stream Content => _content;

    /// <summary>Writes a file whose content is at hand.</summary>
    /// <param name="path">The file; its folder must be there.</param>
    /// <param name="content">All of it.</param>
    /// <param name="durability">What the file must outlive.</param>
    /// <param name="sibling">The file that is written first, as above.</param>
    /// <exception cref="IOException">The disk refuses; what was there is there still.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, Durability durability, string? sibling = null)
    {
        using var file = new AtomicFile(path, durability, sibling);
        file.Content.Write(content);
        file.Commit();
    }

    /// <summary>Ends the content, and brings it to the disk if it must outlive a power cut.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Seal()
    {
        if (_isSealed)
            return;
        _content.Flush(flushToDisk: _durability == Durability.PowerCut);
        _content.Dispose();
        _isSealed = true;
    }

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="IOException">The disk refuses; what was there is there still.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Commit()
    {
        Seal();
        File.Move(_sibling, _path, overwrite: true);
        _isCommitted = true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_isCommitted)
            return;
        try
        {
            // On a full disk even closing can fail.
            try
            {
                _content.Dispose();
            }
            finally
            {
                File.Delete(_sibling);
            }
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // Why the file could not be written is thrown already, and tells more.
        }
    }
}
