using System.Security.Cryptography;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Settings;

/// <summary>
/// Looks at the settings file once a second and reports changed settings. Looking works everywhere:
/// notifications get lost on network shares and in containers.
/// </summary>
/// <param name="file">The file; null: there is none, and nothing ever changes.</param>
/// <param name="read">Reads all sources again.</param>
/// <param name="time">The clock.</param>
/// <param name="known">The <see cref="Fingerprint"/> of the content in force; null: that of the file's present content.</param>
internal sealed class SettingsWatcher<T>(string? file, Func<SettingsResult<T>> read, TimeProvider time, string? known = null) : IDisposable
    where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _looking = new();
    private ITimer? _timer;
    private bool _isDisposed;

    // Guarded by _looking. A state is the content's fingerprint, or words that say why the file can't be read.
    private WriteStamp _stamp;
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

    /// <summary>A text that is the same only for the same content of the file, or that says why the file can't be read.</summary>
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
        // A late call must not queue up behind a slow one.
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
        var stamp = WriteStamp.Of(file!);
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
            // Somebody may just be writing or replacing the file: it is a fault only if the next look finds the same.
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
        // The state is words instead of a fingerprint.
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
