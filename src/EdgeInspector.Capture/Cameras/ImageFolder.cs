using EdgeInspector.Capture.Cameras.Folders;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Capture.Cameras;

/// <summary>
/// A folder of image files, each of which is one part, once. A file is read when it is whole and nobody writes to it any more. Its name,
/// its state after the read and its content are remembered, also across <see cref="Run"/>s and restarts, so that no picture is lost or
/// repeated when a share was away or a file's time is changed later. Pictures are labelled with the part's id, which comes from the file's
/// name.
/// </summary>
/// <remarks>
/// When is a file whole? A JPEG, PNG or WebP that holds its own end is read at the look that first sees it, and counts only if its size and
/// time are the same after the read as before. Any other file (BMP and TIFF say their length first, a broken file may be the beginning of
/// one) has to rest for <see cref="FolderOptions.Settle"/>.
/// </remarks>
public sealed partial class ImageFolder : ICameraSource
{
    /// <summary>Under this name the source complains of files that could not be inspected or taken away.</summary>
    public const string Component = "folder";

    /// <summary>
    /// Under this name the source complains of files that came while the agent was stopped, for as long as one of them lies in the folder.
    /// </summary>
    public const string MissedComponent = "missed";

    private const int MostNamed = 5;

    private static readonly TimeSpan RestlessAfter = TimeSpan.FromMinutes(1);

    // Windows says whether a program has a file open for writing; elsewhere the file's size and time must tell.
    private static readonly FileShare Share = OperatingSystem.IsWindows()
        ? FileShare.Read | FileShare.Delete
        : FileShare.ReadWrite | FileShare.Delete;

    private readonly FolderOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CameraPlace? _place;
    private readonly ImageLimits _limits;
    private readonly PartName _partName;
    private readonly ReadFile _readFile;
    private readonly FaultLog _partFaults;
    private readonly Dictionary<string, ArrivingFile> _arriving = new(StringComparer.Ordinal);
    private readonly Lazy<FolderMemory> _memory;
    private volatile bool _isCatchingUp;
    private long? _startedAt;
    private long _askedAt;
    private int _notInspected;

    // Files that came while the agent was stopped; nobody has inspected them.
    private readonly HashSet<string> _missed = new(StringComparer.Ordinal);

    /// <param name="options">The folder and how it is read; validated.</param>
    /// <param name="time">The clock of polling and settling.</param>
    /// <param name="log">For files that cannot be read: one line each.</param>
    /// <param name="place">The station; null for a check, which takes no file away and remembers nothing.</param>
    /// <param name="limits">The largest file and picture; null for the defaults.</param>
    public ImageFolder(FolderOptions options, TimeProvider time, ILogger log, CameraPlace? place = null, ImageLimits? limits = null)
    {
        _options = options;
        _time = time;
        _log = log;
        _place = place;
        _limits = limits ?? new ImageLimits();
        _partName = new PartName(options.PartFrom);
        _readFile = new ReadFile(options, time);
        _partFaults = new FaultLog(log, "Finding the part's id in a file's name (Folder:PartFrom)", time);
        bool isKept = place is not null && options.Mode == FolderMode.Watch;
        _memory = new Lazy<FolderMemory>(() => new FolderMemory(isKept ? new MemoryFile(place!.MemoryFile, options.Path, log) : null));
    }

    /// <summary>
    /// True for a folder that is read once, and for a watched folder while the files that lay in it at the start are read.
    /// </summary>
    public bool MayWait => _options.Mode == FolderMode.Once || _isCatchingUp;

    /// <inheritdoc/>
    public bool MayBeSilent => _options.Mode == FolderMode.Watch;

    /// <inheritdoc/>
    public TimeSpan UnansweredFor => Volatile.Read(ref _askedAt) is var at && at != 0 ? _time.GetElapsedTime(at) : TimeSpan.Zero;

    /// <inheritdoc/>
    public string? EndMessage => _options.Mode == FolderMode.Once
        ? $"The folder {_options.Path} has been read once through; no more pictures come until the agent is started again."
        : null;

    private FolderMemory Memory => _memory.Value;

    /// <inheritdoc/>
    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        using var files = new FolderFiles(_options, Memory, _time);
        try
        {
            if (_options.Mode == FolderMode.Once)
                ReadOnce(files, onFrame, stop);
            else
                Watch(files, onFrame, stop);
        }
        finally
        {
            Answered();
            Memory.Close();
        }
    }

    private void ReadOnce(FolderFiles files, FrameHandler onFrame, CancellationToken stop)
    {
        foreach (FileState file in files.List().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (stop.IsCancellationRequested)
                return;
            byte[]? bytes = ImageFile.ReadBytes(PathOf(file), _limits, out string? problem);
            if (bytes is null)
                Refuse(file, ContentHash.Unknown, problem!);
            else if (FileState.Of(_options.Path, file.Name) is var after && after != file)
                Refuse(after ?? file, ContentHash.Unknown, "The file is still being written.");
            else
                Give(file, bytes, ContentHash.Of(bytes), onFrame, stop);
        }
    }

    private void Watch(FolderFiles files, FrameHandler onFrame, CancellationToken stop)
    {
        FolderClaim? claim = null;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                Ask();
                claim ??= Claim();
                Scan(files, onFrame, stop);
                LookForMissed();
                Answered();
                Pause.For(_options.Poll, _time, stop);
            }
        }
        finally
        {
            claim?.Dispose();
        }
    }

    /// <summary>
    /// Claims the folder. Null for a check, which takes nothing away, and where the folder can't be claimed yet; then the next look tries
    /// again.
    /// </summary>
    private FolderClaim? Claim()
    {
        if (_place is null)
            return null;
        FolderClaim? claim = FolderClaim.Take(_options.Path, _options, out bool isContested);
        if (isContested)
            LogContested(_log, _options.Path);
        return claim;
    }

    private void Scan(FolderFiles files, FrameHandler onFrame, CancellationToken stop)
    {
        List<FileState> found = files.Settled(_arriving.Keys);
        if (_startedAt is null)
            Begin(found);
        long now = _time.GetTimestamp();
        foreach (FileState file in found)
        {
            if (FileFacts.IsOutOfReach(PathOf(file)))
            {
                ImageFile.ReadBytes(PathOf(file), _limits, out string? problem);
                Refuse(file, ContentHash.Unknown, problem ?? "It can't be opened.");
                continue;
            }
            if (_arriving.TryGetValue(file.Name, out ArrivingFile? known))
                known.See(file, now);
            else
                _arriving[file.Name] = new ArrivingFile(file, now, Memory.Knows(file.Name));
        }
        // A file that is gone is not waited for any more.
        foreach (string gone in _arriving.Keys.Except(found.Select(file => file.Name), StringComparer.Ordinal).ToList())
        {
            _arriving.Remove(gone);
            LogGone(_log, gone, _options.Path);
        }

        int taken = 0;
        foreach (ArrivingFile file in _arriving.Values.OrderBy(file => file.State.Changed)
            .ThenBy(file => file.State.Name, StringComparer.Ordinal)
            .ToList())
        {
            if (stop.IsCancellationRequested)
                return;
            Ask();
            if (TryTake(file, onFrame, stop))
            {
                taken++;
                _arriving.Remove(file.State.Name);
            }
        }
        if (_isCatchingUp && (_arriving.Count == 0 || taken == 0 && _time.GetElapsedTime(_startedAt!.Value) > _options.Settle * 2))
            _isCatchingUp = false;
    }

    /// <summary>The first look: decides what happens to the files that lie in the folder and were not read before.</summary>
    private void Begin(List<FileState> found)
    {
        _startedAt = _time.GetTimestamp();
        if (_options.Existing == ExistingFiles.Read)
        {
            _isCatchingUp = found.Count > 0 && _place?.EachPictureIsAPart == true;
            return;
        }
        foreach (FileState file in found)
            Memory.Remember(file, ContentHash.Unknown);
        if (found.Count > 0)
            TellPassedOver(found);
        found.Clear();
    }

    private void TellPassedOver(List<FileState> files)
    {
        string count = Files(files.Count);
        if (Memory.IsNew)
        {
            LogPassedOver(_log, count, _options.Path);
            return;
        }
        string names = string.Join(", ", files.OrderByDescending(file => file.Changed).Take(MostNamed).Select(file => file.Name));
        LogMissed(_log, count, _options.Path, names);
        _missed.UnionWith(files.Select(file => file.Name));
        string which = $"{names}{(files.Count > MostNamed ? ", …" : "")}";
        _place?.Health.Complain(files.Count == 1
            ? FolderWordings.MissedOne.Of(_options.Path, which)
            : FolderWordings.Missed.Of(files.Count, _options.Path, which));
    }

    private static string Files(int count) => count == 1 ? "1 file" : $"{count} files";

    /// <summary>
    /// Withdraws the complaint when the last of the missed files was taken out of the folder. A few are looked for at a time.
    /// </summary>
    private void LookForMissed()
    {
        if (_missed.Count == 0)
            return;
        foreach (string name in _missed.Take(MostNamed).ToList())
        {
            if (FileState.Of(_options.Path, name) is not null)
                return;
            _missed.Remove(name);
        }
        if (_missed.Count == 0)
            _place?.Health.Withdraw(MissedComponent);
    }

    /// <summary>Reads a file if it is whole; false while the file may still become whole.</summary>
    private bool TryTake(ArrivingFile file, FrameHandler onFrame, CancellationToken stop)
    {
        long now = _time.GetTimestamp();
        bool isAtRest = file.IsAtRest(_options.Settle, now, _time);
        TellRestless(file, now);
        if (!isAtRest && (file.NeedsRest || !file.MayProveItsEnd))
            return false;
        byte[]? bytes = ImageFile.ReadBytes(PathOf(file.State), _limits, out string? problem, Share);
        // A read only counts if the file's state was the same before and after.
        if (FileState.Of(_options.Path, file.State.Name) is not { } after)
        {
            LogGone(_log, file.State.Name, _options.Path);
            return true;
        }
        if (after != file.State || problem == ImageFile.InUse)
        {
            file.Restart(after, now);
            return false;
        }
        if (bytes is null && isAtRest)
        {
            Refuse(after, ContentHash.Unknown, problem!);
            return true;
        }
        if (bytes is null || !isAtRest && !ImageFile.ProvesItsEnd(bytes))
        {
            file.NeedsRest = true;
            return false;
        }
        ContentHash content = ContentHash.Of(bytes);
        if (Memory.HasSeen(after.Name, content))
        {
            Memory.Remember(after, content);
            LogSeenBefore(_log, after.Name, _options.Path);
            return true;
        }
        Give(after, bytes, content, onFrame, stop);
        return true;
    }

    private void TellRestless(ArrivingFile file, long now)
    {
        if (file.IsReported || _time.GetElapsedTime(file.FirstSeen, now) < RestlessAfter + _options.Settle)
            return;
        file.IsReported = true;
        LogRestless(_log, file.State.Name, _options.Path, RestlessAfter.TotalSeconds);
    }

    private void Give(FileState file, byte[] bytes, ContentHash content, FrameHandler onFrame, CancellationToken stop)
    {
        using ImageDecoding decoding = ImageFile.Decode(bytes, _limits, _options.BitDepth);
        if (stop.IsCancellationRequested)
            return;
        if (decoding.Image is not { } image)
        {
            Refuse(file, content, decoding.Problem!);
            return;
        }
        string part = _partName.Of(file.Name, out bool isFound);
        if (!isFound)
            _partFaults.Report($"the pattern does not fit '{file.Name}'; the part is called '{part}'.");
        // The file has been read. The time that the station takes now is no wait for the share.
        Answered();
        onFrame(image, part, decoding.Pages.Count > 1 ? [.. decoding.Pages.Skip(1)] : null);
        Ask();
        // Remembered only after the trigger, so that when the agent is killed in between, the file is inspected twice rather than never.
        Memory.Remember(file, content);
        if (_place is null)
            return;
        bool isGone = _readFile.TakeAway(file, out string? problem);
        if (isGone)
            Memory.Forget(file.Name);
        if (problem is null)
        {
            _place.Health.Withdraw(Component);
            return;
        }
        LogStays(_log, problem);
        _place.Health.Complain(FolderWordings.Stays.Of(problem));
    }

    /// <summary>
    /// Says that a file is not inspected, and remembers the file's state. Where the file is a part, nobody saw that part.
    /// </summary>
    private void Refuse(FileState file, ContentHash content, string problem)
    {
        // A station that is stopping does not take the part: the next start finds the file again.
        if (_place?.PartUnseen?.Invoke(_partName.Of(file.Name, out _), $"the file '{file.Name}' can't be inspected: {problem}") == false)
            return;
        Memory.Remember(file, content);
        _notInspected++;
        LogUnreadable(_log, file.Name, _options.Path, problem);
        _place?.Health.Complain(_notInspected > 1
            ? FolderWordings.NotInspectedAgain.Of(file.Name, problem, _notInspected)
            : FolderWordings.NotInspected.Of(file.Name, problem));
    }

    private void Ask() => Volatile.Write(ref _askedAt, Math.Max(1, _time.GetTimestamp()));

    private void Answered() => Volatile.Write(ref _askedAt, 0);

    private string PathOf(FileState file) => Path.Combine(_options.Path, file.Name);
}
