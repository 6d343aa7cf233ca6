using EdgeInspector.Capture.ImageFiles;
using Microsoft.Extensions.Logging;
using OpenCvSharp;

namespace EdgeInspector.Capture.Cameras;

/// <summary>
/// A folder of image files. What has been read is remembered by name, size and time of the last change, also across <see cref="Run"/>s,
/// so that a share that was away loses and repeats nothing. Pictures are labelled with the file's name.
/// </summary>
/// <param name="options">The folder and how it is read.</param>
/// <param name="time">The clock of polling and settling.</param>
/// <param name="log">For files that cannot be read: one line each.</param>
/// <param name="limits">The largest file and picture; null for the defaults.</param>
public sealed partial class ImageFolder(FolderOptions options, TimeProvider time, ILogger log, ImageLimits? limits = null) : ICameraSource
{
    private readonly ImageLimits _limits = limits ?? new ImageLimits();
    private readonly ReadFiles _read = new();
    private readonly Dictionary<FileState, long> _unsettled = [];
    private bool _existingSeen;

    /// <inheritdoc/>
    public bool MayWait => options.Mode == FolderMode.Once;

    /// <inheritdoc/>
    public bool MayBeSilent => options.Mode == FolderMode.Watch;

    /// <inheritdoc/>
    public string? EndMessage => options.Mode == FolderMode.Once
        ? $"The folder {options.Path} has been read once through; no more pictures come until the agent is started again."
        : null;

    /// <inheritdoc/>
    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        if (options.Mode == FolderMode.Once)
        {
            foreach (FileState file in List().OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                if (stop.IsCancellationRequested)
                    return;
                if (!_read.Contains(file))
                    Read(file, isFinal: true, onFrame, stop);
            }
            return;
        }
        while (!stop.IsCancellationRequested)
        {
            Scan(onFrame, stop);
            Pause.For(options.Poll, time, stop);
        }
    }

    private void Scan(FrameHandler onFrame, CancellationToken stop)
    {
        List<FileState> files = List();
        if (!_existingSeen && options.Existing == ExistingFiles.Skip)
        {
            foreach (FileState file in files)
                _read.Add(file);
        }
        _existingSeen = true;
        _read.ForgetAbsent(files);
        // A file that changed or went is not waited for any more.
        HashSet<FileState> present = [.. files];
        foreach (FileState gone in _unsettled.Keys.Where(file => !present.Contains(file)).ToList())
            _unsettled.Remove(gone);
        foreach (FileState file in files.Where(file => !_read.Contains(file)).OrderBy(file => file.Changed).ThenBy(file => file.Name, StringComparer.Ordinal))
        {
            if (stop.IsCancellationRequested)
                return;
            long now = time.GetTimestamp();
            if (!_unsettled.TryGetValue(file, out long since))
                since = _unsettled[file] = now;
            bool isFinal = time.GetElapsedTime(since, now) >= options.Settle;
            if (Read(file, isFinal, onFrame, stop))
                _unsettled.Remove(file);
        }
    }

    /// <summary>Reads one file; false when it may still become complete.</summary>
    private bool Read(FileState file, bool isFinal, FrameHandler onFrame, CancellationToken stop)
    {
        ImageDecoding decoding = ImageFile.Decode(Path.Combine(options.Path, file.Name), _limits);
        using Mat? image = decoding.Image;
        if (stop.IsCancellationRequested)
            return true;
        if (image is null && !isFinal && !decoding.IsProvablyComplete)
            return false;
        _read.Add(file);
        if (image is null)
            LogUnreadable(log, file.Name, options.Path, decoding.Problem!);
        else
            onFrame(image, file.Name);
        return true;
    }

    private List<FileState> List()
    {
        try
        {
            return [.. new DirectoryInfo(options.Path)
                .EnumerateFiles(options.Pattern, new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System })
                .Where(file => ImageFile.HasImageExtension(file.Name))
                .Select(file => new FileState(file.Name, file.Length, file.LastWriteTimeUtc))];
        }
        catch (DirectoryNotFoundException)
        {
            throw new CameraException($"There is no folder {Path.GetFullPath(options.Path)}. Create it, mount it, or correct Folder:Path in the settings.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CameraException($"The agent may not read the folder {options.Path}. Give its user the right to list and read it.");
        }
        catch (IOException fault)
        {
            throw new CameraException($"The folder {options.Path} could not be read: {fault.Message}", fault);
        }
    }
}
