using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// The files of the spool. Every file is written under a temporary name, flushed to the disk and renamed; the sidecar last,
/// so that a part without one was not finished. Deleting goes the other way round. Thread-safe: one change at a time.
/// </summary>
/// <param name="folder">The spool's folder; made when it is missing.</param>
internal sealed class SpoolFolder(string folder)
{
    private const string AroundEnding = SpoolNames.Around + ".jpg";

    private readonly Lock _gate = new();

    // Tells the temporary files of this process from those that an earlier one left behind.
    private readonly string _temporary = $".{Guid.NewGuid():N}"[..9] + SpoolNames.Temporary;

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>Writes a part's pictures and then its sidecar. What was written is removed again when something fails.</summary>
    /// <returns>Bytes of all files together.</returns>
    public long Write(string day, string name, Sidecar sidecar, byte[]? original, byte[] annotated)
    {
        string place = Path.Combine(folder, day);
        lock (_gate)
        {
            try
            {
                Directory.CreateDirectory(place);
                if (original is not null)
                    WriteFile(Path.Combine(place, sidecar.Original!), original);
                WriteFile(Path.Combine(place, sidecar.Annotated), annotated);
                byte[] json = sidecar.Write();
                WriteFile(Path.Combine(place, name + SpoolNames.Sidecar), json);
                return (original?.Length ?? 0) + annotated.Length + json.Length;
            }
            catch (Exception e) when (DiskFault.Is(e))
            {
                TryDeleteFiles(place, name);
                throw;
            }
        }
    }

    /// <summary>Writes the sheet with the frames around a part beside its pictures; false when these are gone.</summary>
    public bool WriteAround(SpoolEntry entry, byte[] sheet)
    {
        string path = Path.Combine(folder, entry.Day, entry.Name);
        lock (_gate)
        {
            if (!File.Exists(path + SpoolNames.Sidecar))
                return false;
            WriteFile(path + AroundEnding, sheet);
            return true;
        }
    }

    /// <summary>Deletes the sheet with the frames around a part. One that is gone already does no harm.</summary>
    public void DeleteAround(SpoolEntry entry)
    {
        lock (_gate)
        {
            if (Directory.Exists(Path.Combine(folder, entry.Day)))
                File.Delete(Path.Combine(folder, entry.Day, entry.Name + AroundEnding));
        }
    }

    /// <summary>The sidecar of an entry; null when it is gone or broken.</summary>
    public Sidecar? ReadSidecar(SpoolEntry entry) =>
        ReadSidecar(Path.Combine(folder, entry.Day, entry.Name + SpoolNames.Sidecar), entry.Name);

    /// <summary>The picture with the defects marked.</summary>
    /// <exception cref="IOException">It is gone, too large to be ours, or can't be read.</exception>
    public byte[] ReadAnnotated(SpoolEntry entry, Sidecar sidecar)
    {
        string path = Path.Combine(folder, entry.Day, sidecar.Annotated);
        FileFacts.Demand(path);
        if (new FileInfo(path).Length > entry.Bytes)
            throw new IOException("The file has grown since it was written.");
        return File.ReadAllBytes(path);
    }

    /// <summary>Writes the sidecar anew, unless the entry has gone meanwhile.</summary>
    public void Mark(SpoolEntry entry, Sidecar sidecar)
    {
        string path = Path.Combine(folder, entry.Day, entry.Name + SpoolNames.Sidecar);
        lock (_gate)
        {
            if (File.Exists(path))
                WriteFile(path, sidecar.Write());
        }
    }

    /// <summary>Deletes a part's files. Those that are gone already do no harm.</summary>
    public void Delete(SpoolEntry entry)
    {
        string place = Path.Combine(folder, entry.Day);
        lock (_gate)
        {
            DeleteFiles(place, entry.Name);
            try
            {
                if (Directory.Exists(place) && !Directory.EnumerateFileSystemEntries(place).Any())
                    Directory.Delete(place);
            }
            catch (Exception e) when (DiskFault.Is(e))
            {
                // An empty folder more.
            }
        }
    }

    /// <summary>Tries whether so many bytes can be written.</summary>
    public void Probe(long bytes)
    {
        string path = Path.Combine(folder, "probe" + _temporary);
        lock (_gate)
        {
            try
            {
                Directory.CreateDirectory(folder);
                using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0);
                byte[] block = new byte[64 * 1024];
                for (long left = bytes; left > 0; left -= block.Length)
                    file.Write(block.AsSpan(0, (int)Math.Min(block.Length, left)));
                file.Flush(flushToDisk: true);
            }
            finally
            {
                TryDelete(path);
            }
        }
    }

    /// <summary>Reads every sidecar, the oldest day first, and clears away what an interrupted process left behind.</summary>
    /// <param name="found">Told of each part.</param>
    /// <param name="foundAround">
    /// Told the event of a part that was found before, and the bytes of the sheet with the frames around it.
    /// </param>
    /// <param name="unfinished">
    /// Told the name and event of each part whose pictures were removed because its sidecar had not been written.
    /// </param>
    /// <param name="stop">Ends the reading.</param>
    public SpoolScan Scan(
        Action<SpoolEntry, bool> found, Action<Guid, long> foundAround, Action<string, Guid> unfinished, CancellationToken stop)
    {
        var scan = new SpoolScan();
        if (!Directory.Exists(folder))
            return scan;
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            if (!RemoveLeftover(file))
                scan.AddStranger(file);
        }
        foreach (string place in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (SpoolNames.IsDay(Path.GetFileName(place)))
                ScanDay(place, found, foundAround, unfinished, scan, stop);
            else
                scan.AddStranger(place);
        }
        return scan;
    }

    private void ScanDay(string place, Action<SpoolEntry, bool> found, Action<Guid, long> foundAround, Action<string, Guid> unfinished,
        SpoolScan scan, CancellationToken stop)
    {
        string day = Path.GetFileName(place);
        var parts = new HashSet<string>(StringComparer.Ordinal);
        var broken = new Dictionary<string, long>(StringComparer.Ordinal);
        var pictures = new List<string>();
        var stationNames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(place))
        {
            stop.ThrowIfCancellationRequested();
            string name = Path.GetFileNameWithoutExtension(file);
            if (file.EndsWith(SpoolNames.Sidecar, StringComparison.Ordinal))
            {
                parts.Add(name);
                if (ReadSidecar(file, name) is not { } sidecar)
                {
                    if (!File.Exists(file))
                        continue;
                    if (SpoolNames.IdOf(name) is null)
                        scan.AddStranger(file);
                    else
                        broken[name] = new FileInfo(file).Length;
                    continue;
                }
                // One string for each station, not one for each part.
                stationNames.TryAdd(sidecar.Station, sidecar.Station);
                long bytes = sidecar.Bytes + LengthOf(file);
                bool isSettled = sidecar.Delivered is not null || sidecar.SetAside is not null;
                found(
                    new SpoolEntry(sidecar.Id, sidecar.At, stationNames[sidecar.Station], sidecar.Kind!.Value, day, name, bytes),
                    isSettled);
            }
            else if (SpoolNames.OfPicture(file) is not null)
            {
                pictures.Add(file);
            }
            else if (!RemoveLeftover(file))
            {
                scan.AddStranger(file);
            }
        }
        var told = new HashSet<Guid>();
        foreach (string picture in pictures)
        {
            stop.ThrowIfCancellationRequested();
            (string name, Guid id) = SpoolNames.OfPicture(picture)!.Value;
            bool isAround = SpoolNames.IsAround(picture);
            if (broken.TryGetValue(name, out long bytes))
                broken[name] = bytes + LengthOf(picture);
            else if (parts.Contains(name) && isAround)
                foundAround(id, LengthOf(picture));
            else if (!parts.Contains(name) && RemoveUnfinished(picture, Path.Combine(place, name + SpoolNames.Sidecar)) && !isAround
                && told.Add(id))
                unfinished(name, id);
        }
        // They can't be published, but they take room: as if delivered, the oldest gives way first.
        foreach ((string name, long bytes) in broken)
        {
            string file = Path.Combine(place, name + SpoolNames.Sidecar);
            if (SpoolNames.EntryOf(day, name, bytes) is { } orphan)
            {
                scan.AddOrphan(file);
                found(orphan, true);
            }
            else
            {
                scan.AddStranger(file);
            }
        }
    }

    private static long LengthOf(string file) => new FileInfo(file) switch { { Exists: true } info => info.Length, _ => 0 };

    // Under the gate no part is half written, so that a picture without its sidecar will never get one.
    private bool RemoveUnfinished(string picture, string sidecar)
    {
        lock (_gate)
            return File.Exists(picture) && !File.Exists(sidecar) && TryDelete(picture);
    }

    private bool RemoveLeftover(string file)
    {
        if (!file.EndsWith(SpoolNames.Temporary, StringComparison.Ordinal))
            return false;
        return file.EndsWith(_temporary, StringComparison.Ordinal) || TryDelete(file);
    }

    private static Sidecar? ReadSidecar(string path, string name)
    {
        try
        {
            FileFacts.Demand(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            if (file.Length > Sidecar.MostBytes)
                return null;
            byte[] json = new byte[file.Length];
            int read = file.ReadAtLeast(json, json.Length, throwOnEndOfStream: false);
            return Sidecar.Read(json.AsSpan(0, read), name);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return null;
        }
    }

    private void WriteFile(string path, byte[] content) => AtomicFile.Write(path, content, Durability.PowerCut, path + _temporary);

    // The sidecar last: interrupted in between, the next start still knows what the rest belongs to.
    private static void DeleteFiles(string place, string name)
    {
        if (!Directory.Exists(place))
            return;
        foreach (string ending in new[] { ".jpg", ".png" })
        {
            File.Delete(Path.Combine(place, name + SpoolNames.Original + ending));
            File.Delete(Path.Combine(place, name + SpoolNames.Annotated + ending));
        }
        File.Delete(Path.Combine(place, name + AroundEnding));
        File.Delete(Path.Combine(place, name + SpoolNames.Sidecar));
    }

    private static void TryDeleteFiles(string place, string name)
    {
        try
        {
            DeleteFiles(place, name);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            // The next start removes what is left.
        }
    }

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return false;
        }
    }
}
