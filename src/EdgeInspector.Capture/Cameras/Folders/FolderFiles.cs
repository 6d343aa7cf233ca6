using System.IO.Enumeration;
using EdgeInspector.Capture.ImageFiles;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>
/// Finds the files of a folder that are not done with, at a bounded cost: with 100,000 files a look at the whole folder takes a sixth of a
/// second.
/// </summary>
/// <remarks>
/// A whole look is due at once when the folder itself has changed and no notice names the file; such looks take at most a twentieth of the
/// time. Without any sign of a change, whole looks take at most a hundredth of the time; they are needed because network shares lose signs.
/// Between whole looks, only files that a notice named and files that are still being written are looked at.
/// </remarks>
/// <param name="options">The folder.</param>
/// <param name="memory">Which files are done with.</param>
/// <param name="time">The clock.</param>
internal sealed class FolderFiles(FolderOptions options, FolderMemory memory, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestAfterChange = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWithoutSign = TimeSpan.FromSeconds(30);

    // Some file systems store the time of a folder's change in steps of two seconds.
    private static readonly TimeSpan CoarsestTime = TimeSpan.FromSeconds(3);

    private FolderNotices? _notices;
    private long? _listedAt;
    private TimeSpan _cost;
    private DateTime _folderChanged;
    private bool _isChangeUnseen;

    /// <summary>How many whole looks there were.</summary>
    public int Listings { get; private set; }

    /// <summary>The files that are not done with, of those that may have changed.</summary>
    /// <param name="expected">Files that are waited for, which are always looked at.</param>
    /// <exception cref="CameraException">The folder can't be read.</exception>
    public List<FileState> Settled(IEnumerable<string> expected)
    {
        IReadOnlyCollection<string> noticed = _notices?.Take(out bool isIncomplete) ?? Nothing(out isIncomplete);
        DateTime changed = Directory.GetLastWriteTimeUtc(options.Path);
        _isChangeUnseen |= isIncomplete || noticed.Count == 0 && changed != _folderChanged;
        _folderChanged = changed;
        bool isFresh = _notices is null && time.GetUtcNow().UtcDateTime - changed < CoarsestTime;
        if (IsListingDue(_isChangeUnseen || isFresh))
            return List();
        var files = new List<FileState>();
        foreach (string name in expected.Union(noticed, StringComparer.Ordinal))
        {
            if (IsMeant(name) && FileState.Of(options.Path, name) is { } file && !memory.IsDone(file))
                files.Add(file);
        }
        return files;
    }

    /// <summary>All files that are not done with.</summary>
    /// <exception cref="CameraException">The folder can't be read.</exception>
    public List<FileState> List()
    {
        long start = time.GetTimestamp();
        // Listening begins before the look, so that no change is lost in between.
        _notices ??= FolderNotices.TryBegin(options.Path);
        _isChangeUnseen = false;
        HashSet<string>? present = memory.IsFull ? new(StringComparer.Ordinal) : null;
        try
        {
            var found = new FileSystemEnumerable<FileState>(
                options.Path,
                (ref FileSystemEntry entry) => new FileState(entry.FileName.ToString(), entry.Length, entry.LastWriteTimeUtc.UtcDateTime),
                new EnumerationOptions { AttributesToSkip = FileAttributes.None })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    IsMeant(entry.FileName)
                    && !entry.IsDirectory
                    && !(OperatingSystem.IsWindows() && (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0)
                    && IsPresent(entry.FileName, present)
                    && !memory.IsDone(entry.FileName, entry.Length, entry.LastWriteTimeUtc.UtcDateTime),
            };
            List<FileState> files = [.. found];
            if (present is not null)
                memory.KeepOnly(present);
            Listings++;
            _listedAt = time.GetTimestamp();
            _cost = time.GetElapsedTime(start, _listedAt.Value);
            return files;
        }
        catch (DirectoryNotFoundException)
        {
            Forget();
            throw new CameraException(SourceWordings.NoFolder.Of(Path.GetFullPath(options.Path)));
        }
        catch (UnauthorizedAccessException)
        {
            Forget();
            throw new CameraException(SourceWordings.FolderForbidden.Of(options.Path));
        }
        catch (IOException fault)
        {
            Forget();
            throw new CameraException($"The folder {options.Path} could not be read: {fault.Message}", fault);
        }
    }

    public void Dispose() => _notices?.Dispose();

    private static IReadOnlyCollection<string> Nothing(out bool isIncomplete)
    {
        isIncomplete = false;
        return [];
    }

    private static bool IsPresent(ReadOnlySpan<char> name, HashSet<string>? present)
    {
        present?.Add(name.ToString());
        return true;
    }

    private bool IsListingDue(bool hasSign)
    {
        if (_listedAt is not { } at)
            return true;
        TimeSpan since = time.GetElapsedTime(at);
        return since >= Shorter(_cost * 100, LongestWithoutSign) || hasSign && since >= Shorter(_cost * 20, LongestAfterChange);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Forgets the notices and times, since a folder that comes back may be another one.</summary>
    private void Forget()
    {
        _notices?.Dispose();
        _notices = null;
        _listedAt = null;
    }

    // Hidden files, and the companions "._name" that macOS leaves on shares, are no pictures.
    private bool IsMeant(ReadOnlySpan<char> name) =>
        !name.StartsWith('.') && ImageFile.HasImageExtension(name)
        && FileSystemName.MatchesSimpleExpression(options.Pattern, name, ignoreCase: true);
}
