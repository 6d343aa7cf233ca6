using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// The files of the spool. Every file is written under a temporary name, flushed to the disk and renamed; the sidecar last, so that a part
/// without a sidecar was not finished. Deleting goes in the opposite order. Thread-safe: one change at a time.
/// </summary>
/// <param name="folder">The spool's folder; made when it is missing.</param>
internal sealed class SpoolFolder(string folder)
{
    private const long MostPictureBytes = 512L * 1024 * 1024;
    private const string AroundEnding = SpoolNames.Around + ".jpg";

    private readonly Lock _gate = new();

    // Tells the temporary files of this process from those of an earlier one.
    private readonly string _temporary = $".{Guid.NewGuid():N}"[..9] + SpoolNames.Temporary;

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>
    /// Writes a part's pictures and then its sidecar. When something fails, the files that were written are removed again.
    /// </summary>
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

    /// <summary>Writes the sheet with the frames around a part beside its pictures; false when the pictures are gone.</summary>
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

    /// <summary>Deletes the sheet with the frames around a part, if the sheet is still there.</summary>
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
    /// <exception cref="IOException">The picture is gone, too large to be the agent's, or can't be read.</exception>
    public byte[] ReadAnnotated(SpoolEntry entry, Sidecar sidecar)
    {
        string path = Path.Combine(folder, entry.Day, sidecar.Annotated);
        FileFacts.Demand(path);
        if (new FileInfo(path).Length > entry.Bytes)
            throw new IOException("The file has grown since it was written.");
        return File.ReadAllBytes(path);
    }

    /// <summary>A picture for somebody who looks.</summary>
    /// <exception cref="IOException">The picture is gone, too large to be the agent's, or can't be read.</exception>
    public FileStream OpenPicture(string path)
    {
        FileFacts.Demand(path);
        if (new FileInfo(path).Length > MostPictureBytes)
            throw new IOException($"{Path.GetFileName(path)} in {folder} is too large to be a picture of the agent.");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Writes the sidecar anew, unless the entry has been removed meanwhile.</summary>
    public void Mark(SpoolEntry entry, Sidecar sidecar)
    {
        string path = Path.Combine(folder, entry.Day, entry.Name + SpoolNames.Sidecar);
        lock (_gate)
        {
            if (File.Exists(path))
                WriteFile(path, sidecar.Write());
        }
    }

    /// <summary>Deletes a part's files, as far as they are still there.</summary>
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
                // The empty folder stays; that does no harm.
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
    /// <param name="told">Is told of each part.</param>
    /// <param name="stop">Ends the reading.</param>
    public SpoolScan Scan(SpoolFinds told, CancellationToken stop)
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
                new SpoolDay(this, place, scan, told).Scan(stop);
            else
                scan.AddStranger(place);
        }
        return scan;
    }

    /// <summary>
    /// Removes a picture whose sidecar was not written; false when the picture has a sidecar, is gone or can't be removed.
    /// </summary>
    public bool RemoveUnfinished(string picture, string sidecar)
    {
        // Under the gate no part is half written, so a picture without a sidecar will never get one.
        lock (_gate)
            return File.Exists(picture) && !File.Exists(sidecar) && TryDelete(picture);
    }

    /// <summary>Removes a temporary file of an earlier process; false when the file is none.</summary>
    public bool RemoveLeftover(string file)
    {
        if (!file.EndsWith(SpoolNames.Temporary, StringComparison.Ordinal))
            return false;
        return file.EndsWith(_temporary, StringComparison.Ordinal) || TryDelete(file);
    }

    /// <summary>The sidecar in a file; null when it is gone or broken.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What the names of the part's files begin with.</param>
    public static Sidecar? ReadSidecar(string path, string name)
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

    // The sidecar is deleted last: if deleting is interrupted, the next start still knows to which part the other files belong.
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
            // The next start removes the remaining files.
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
