using System.Security.Cryptography;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Settings;

/// <summary>
/// Looks at the settings file once a second and reports changed settings. Looking works everywhere:
/// notifications get lost on network shares and in containers.
/// </summary>
/// <param name="file">The file; null for none, then nothing ever changes.</param>
/// <param name="read">Reads all sources again.</param>
/// <param name="time">The clock.</param>
/// <param name="known">The <see cref="Fingerprint"/> of the content that is in force; null: of what the file holds now.</param>
internal sealed class SettingsWatcher<T>(string? file, Func<SettingsResult<T>> read, TimeProvider time, string? known = null) : IDisposable
    where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _looking = new();
    private ITimer? _timer;
    private bool _isDisposed;

    // Guarded by _looking. A state is the content's fingerprint, or in words what keeps it from being read.
    private (DateTime Written, long Length) _stamp;
    private string? _reported = known ?? (file is null ? null : Fingerprint(file));
    private string? _doubtful;

    /// <summary>
    /// Begins to look. <paramref name="changed"/> is called on a pool thread, one call at a time, with valid settings or with the problems.
    /// </summary>
    public void Start(Action<SettingsResult<T>> changed)
    {
        if (file is not null)
            _timer = time.CreateTimer(_ => Reread(changed), null, Interval, Interval);
    }

    /// <summary>Stops looking; once it returns, no call is under way and none follows.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_looking)
            _isDisposed = true;
    }

    /// <summary>A text that is the same only for the same content of the file, or that says why it cannot be read.</summary>
    public static string Fingerprint(string file)
    {
        try
        {
            using FileStream content = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexString(SHA256.HashData(content));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"The settings file '{file}' is gone; put it back.";
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return $"The settings file '{file}' cannot be read: {fault.Message}";
        }
    }

    private void Reread(Action<SettingsResult<T>> changed)
    {
        // A call that is late must not queue up behind one that is slow.
        if (!_looking.TryEnter())
            return;
        try
        {
            if (!_isDisposed && Changed() is { } result)
                changed(result);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private SettingsResult<T>? Changed()
    {
        var info = new FileInfo(file!);
        (DateTime, long) stamp = info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
        if (stamp == _stamp && stamp != default && _doubtful is null)
            return null;
        _stamp = stamp;

        string state = Fingerprint(file!);
        if (state == _reported)
        {
            _doubtful = null;
            return null;
        }
        (SettingsResult<T> result, bool isRead) = Read(state);
        if (!isRead && state != _doubtful)
        {
            // Perhaps somebody is just writing or replacing the file; it is only a fault when it looks the same the next time.
            _doubtful = state;
            return null;
        }
        _doubtful = null;
        _reported = state;
        return result;
    }

    /// <summary>The settings or their problems; and whether the file could be read as JSON at all.</summary>
    private (SettingsResult<T> Result, bool IsRead) Read(string state)
    {
        // Words instead of a fingerprint.
        if (state.Contains(' ', StringComparison.Ordinal))
            return (SettingsResult<T>.Refused(state), false);
        try
        {
            return (read(), true);
        }
        catch (SettingsFileException fault)
        {
            return (SettingsResult<T>.Refused(fault.Message), false);
        }
    }
}
