using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Intake;

namespace EdgeInspector.ModelStore.Sync.Sources;

/// <summary>
/// A folder, often on another machine: the newest zip by its time of writing, once the zip has kept its size and time from one look to the
/// next.
/// </summary>
internal sealed class SharedFolderSource(string folder, TimeSpan timeout, TimeProvider time) : ISyncSource
{
    // Shares may come from systems on which EXPORT.ZIP is the same name.
    private static readonly EnumerationOptions AnyCase = new() { MatchCasing = MatchCasing.CaseInsensitive, IgnoreInaccessible = false };

    private readonly string _folder = Path.GetFullPath(folder);
    private (string Path, FileStamp Stamp)? _before;

    public string Description => $"the folder '{_folder}'";

    public Task<SyncOffer?> LookAsync(SyncMemory memory, CancellationToken stop) => PatientlyAsync(Newest, "could not be listed", stop);

    public async Task FetchAsync(SyncOffer offer, string path, CancellationToken stop) => await PatientlyAsync(
        () =>
        {
            if (offer.Size > SyncHttp.MostPackage)
                throw new SyncFault($"'{offer.Location}' is larger than {SyncHttp.MostPackage >> 20} MiB; this is no compact export. "
                    + "Remove it from the folder.");
            SyncHttp.RequireRoom(path, offer.Size ?? 0, offer.Name);
            File.Copy(offer.Location, path, overwrite: true);
            string signature = offer.Location + ".sig";
            if (File.Exists(signature))
                File.Copy(signature, path + ".sig", overwrite: true);
            return true;
        },
        "could not be copied from",
        stop).ConfigureAwait(false);

    private SyncOffer? Newest()
    {
        if (!Directory.Exists(_folder))
            throw new DirectoryNotFoundException("there is no such folder");
        FileInfo? newest = new DirectoryInfo(_folder)
            .EnumerateFiles("*.zip", AnyCase)
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .ThenBy(file => file.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        if (newest is null || FileStamp.Of(newest.FullName) is not { } stamp)
            return null;
        bool isStable = _before == (newest.FullName, stamp);
        _before = (newest.FullName, stamp);
        if (!isStable)
            return null;
        string version = newest.LastWriteTimeUtc.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new SyncOffer(
            $"{newest.Name}|{version}|{newest.Length}", Path.GetFileNameWithoutExtension(newest.Name), version, newest.FullName)
        {
            Size = newest.Length,
        };
    }

    /// <summary>
    /// Makes a call with a limit of time: if the server of a mount is gone, the call may take minutes and is left behind.
    /// </summary>
    private async Task<T> PatientlyAsync<T>(Func<T> call, string fault, CancellationToken stop)
    {
        try
        {
            return await Task.Factory.StartNew(call, stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(timeout, time, stop).ConfigureAwait(false);
        }
        catch (TimeoutException slow)
        {
            throw new SyncFault(
                $"The folder '{_folder}' does not answer within {timeout.TotalSeconds:0} s. Check the mount and its server.", null, slow);
        }
        catch (Exception refused) when (DiskFault.Is(refused))
        {
            throw new SyncFault(
                $"The folder '{_folder}' {fault}: {refused.Message.TrimEnd('.')}. Check the mount and who may read it.", null, refused);
        }
    }
}
