using System.Collections.Concurrent;
using System.Globalization;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Optimised;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Storage;

/// <summary>
/// The packages on disk, each in a folder named after its hash, which is checked whenever the package is opened. Several processes may add
/// at once.
/// </summary>
public sealed class PackageStore
{
    /// <summary>The file with the record of a package, beside the package's own files.</summary>
    internal const string Record = "package.json";

    // An import takes seconds; an older staged package was left by a process that was killed.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly StoreFolders _folders;
    private readonly StoreDisk _disk;

    // The packages that this process has staged; the value has no meaning.
    private readonly ConcurrentDictionary<string, bool> _staged = new(StringComparer.Ordinal);

    internal PackageStore(StoreFolders folders, StoreDisk disk) => (_folders, _disk) = (folders, disk);

    /// <param name="folders">The store's folder; need not exist.</param>
    public PackageStore(StoreFolders folders)
        : this(folders, new StoreDisk())
    {
    }

    /// <summary>The package's folder, which may not exist.</summary>
    public string FolderOf(string hash) => Path.Combine(_folders.Packages, hash);

    /// <summary>True when the store has the whole package.</summary>
    public bool Has(string hash) => File.Exists(Path.Combine(FolderOf(hash), Record));

    /// <summary>Puts a package's files where only its trial sees them; <see cref="Keep"/> or <see cref="Discard"/> follows.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="IOException">The disk refuses; nothing is left.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses access.</exception>
    public string Stage(IReadOnlyList<PackageFile> files)
    {
        string folder = Path.Combine(_folders.Packages, $"{StoreDisk.Unfinished}{Environment.ProcessId}-{Guid.NewGuid():N}");
        _staged[folder] = true;
        try
        {
            _disk.CreateFolder(folder);
            foreach (PackageFile file in files)
                _disk.Write(Path.Combine(folder, file.Name), file.Content.Span);
            return folder;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            Discard(folder);
            throw;
        }
    }

    /// <summary>
    /// Makes a staged package one of the store. A package that the store has already keeps its files and gets the new record, but keeps the
    /// signature that it had.
    /// </summary>
    /// <exception cref="IOException">The disk refuses; nothing is left.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses access.</exception>
    public void Keep(string staged, StoredPackage package)
    {
        string folder = FolderOf(package.Hash);
        try
        {
            if (!Has(package.Hash))
            {
                _disk.Write(Path.Combine(staged, Record), StoreJson.Write(package));
                // Half a package of that name can only be left from a deletion.
                if (Directory.Exists(folder))
                    _disk.Delete(folder);
                _disk.Move(staged, folder);
                return;
            }
            _disk.Write(
                Path.Combine(folder, Record),
                StoreJson.Write(package with { Signature = package.Signature ?? Find(package.Hash)?.Signature }));
        }
        catch (IOException) when (Has(package.Hash))
        {
            // Another process was faster.
        }
        finally
        {
            Discard(staged);
        }
    }

    /// <summary>Keeps a signature with a package that came without one, or with the signature of a key that is gone.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses access.</exception>
    public void Sign(string hash, string signature)
    {
        if (Find(hash) is { } package && package.Signature != signature)
            _disk.Write(Path.Combine(FolderOf(hash), Record), StoreJson.Write(package with { Signature = signature }));
    }

    /// <summary>Removes a staged package, if it is still there.</summary>
    public void Discard(string staged)
    {
        _staged.TryRemove(staged, out _);
        try
        {
            _disk.Delete(staged);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // The rest is no package, and Clean removes it later.
        }
    }

    /// <summary>Opens a package and checks its content against its hash.</summary>
    /// <param name="hash">The package's whole hash.</param>
    /// <param name="problems">Why the package can't be used; empty when it is returned.</param>
    public ModelPackage? Open(string hash, out IReadOnlyList<string> problems)
    {
        if (!Has(hash))
        {
            problems = [$"The store has no package {hash}."];
            return null;
        }
        ReadOutcome reading = ModelPackageReader.Read(FolderOf(hash));
        if (reading.Package is not { } package)
        {
            problems = reading.Problems;
            return null;
        }
        if (package.Hash != hash)
        {
            string shown = PackageHash.Shown(hash);
            problems = [$"The stored package {shown} is damaged: its content has changed since it was imported. Import it again."];
            return null;
        }
        problems = [];
        return Find(hash) is { } known ? package with { Name = known.Name, Iteration = package.Iteration ?? known.Iteration } : package;
    }

    /// <summary>Every package, newest first.</summary>
    public IReadOnlyList<StoredPackage> List()
    {
        if (!Directory.Exists(_folders.Packages))
            return [];
        return [.. Directory.EnumerateDirectories(_folders.Packages)
            .Select(Path.GetFileName)
            .OfType<string>()
            .Where(name => !name.StartsWith(StoreDisk.Unfinished, StringComparison.Ordinal))
            .Select(Find)
            .OfType<StoredPackage>()
            .OrderByDescending(package => package.ImportedAt)
            .ThenBy(package => package.Hash, StringComparer.Ordinal)];
    }

    /// <summary>The record of a package; null when the store does not have the package.</summary>
    public StoredPackage? Find(string hash)
    {
        try
        {
            return StoreJson.Read<StoredPackage>(Path.Combine(FolderOf(hash), Record)) is { Name: not null, From: not null } package
                && package.Hash == hash
                ? package
                : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>
    /// Finds the package that somebody means by a hash, its beginning (at least 4 digits), a name or an iteration; among several packages
    /// of one name the newest.
    /// </summary>
    /// <param name="meant">What was written.</param>
    /// <param name="problem">Why no package is found, in a sentence.</param>
    public StoredPackage? Resolve(string meant, out string problem)
    {
        problem = "";
        IReadOnlyList<StoredPackage> all = List();
        List<StoredPackage> byHash = meant.Length >= 4
            ? [.. all.Where(p => p.Hash.StartsWith(meant, StringComparison.OrdinalIgnoreCase))]
            : [];
        if (byHash.Count == 1)
            return byHash[0];
        if (byHash.Count > 1)
        {
            problem = $"'{meant}' is the beginning of {byHash.Count} packages; write more digits.";
            return null;
        }
        StoredPackage? named = all.FirstOrDefault(p => p.Name == meant)
            ?? all.FirstOrDefault(p => string.Equals(p.Iteration, meant, StringComparison.OrdinalIgnoreCase));
        if (named is null)
            problem = $"The store has no package '{meant}'. 'EdgeInspector models list' shows what there is; import it first.";
        return named;
    }

    /// <summary>Removes unfinished files of killed processes, and packages beyond the newest ones that are not needed.</summary>
    /// <param name="inUse">Hashes that must stay.</param>
    /// <param name="keep">How many of the other packages stay.</param>
    /// <param name="now">The wall clock.</param>
    /// <returns>The packages that were removed.</returns>
    public IReadOnlyList<StoredPackage> Clean(IReadOnlySet<string> inUse, int keep, DateTimeOffset now)
    {
        if (!Directory.Exists(_folders.Packages))
            return [];
        foreach (string unfinished in Directory.EnumerateFileSystemEntries(_folders.Packages, StoreDisk.Unfinished + "*")
            .Where(entry => IsAbandoned(entry, now)))
            _disk.Delete(unfinished);
        // Unfinished single files, which take a moment to write.
        foreach (string folder in new[] { _folders.Root, _folders.Sync }.Where(Directory.Exists))
        {
            foreach (string half in Directory.EnumerateFiles(folder, StoreDisk.Unfinished + "*")
                .Where(file => now - File.GetLastWriteTimeUtc(file) > Abandoned))
                _disk.Delete(half);
        }
        List<StoredPackage> removed = [.. List().Where(package => !inUse.Contains(package.Hash)).Skip(keep)];
        foreach (StoredPackage package in removed)
        {
            // The record is deleted first: if the deletion is cut off, the rest is no package.
            _disk.Delete(Path.Combine(FolderOf(package.Hash), Record));
            _disk.Delete(FolderOf(package.Hash));
        }
        foreach (string folder in Directory.EnumerateDirectories(_folders.Packages))
        {
            string name = Path.GetFileName(folder);
            if (name.Length == 64 && !Has(name) && !inUse.Contains(name) && now - Directory.GetLastWriteTimeUtc(folder) > Abandoned)
                _disk.Delete(folder);
        }
        CleanOptimised(inUse, now);
        return removed;
    }

    /// <summary>Removes the optimised network of a package that is gone, and after a while an unfinished one.</summary>
    private void CleanOptimised(IReadOnlySet<string> inUse, DateTimeOffset now)
    {
        if (!Directory.Exists(_folders.Optimised))
            return;
        foreach (string file in Directory.EnumerateFiles(_folders.Optimised))
        {
            string package = OptimisedNetworks.PackageOf(file);
            if (package.Length == 0 ? now - File.GetLastWriteTimeUtc(file) > Abandoned : !Has(package) && !inUse.Contains(package))
                _disk.Delete(file);
        }
    }

    /// <summary>True when no process will finish a staged package, because its process is gone.</summary>
    private bool IsAbandoned(string staged, DateTimeOffset now)
    {
        string name = Path.GetFileName(staged)[StoreDisk.Unfinished.Length..];
        if (int.TryParse(name.AsSpan(0, Math.Max(0, name.IndexOf('-'))), CultureInfo.InvariantCulture, out int id))
        {
            // Staged by this process, or by an earlier one with the same id, as in a container, where the id is always the same.
            if (id == Environment.ProcessId)
                return !_staged.ContainsKey(staged);
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(id);
                if (process.HasExited)
                    return true;
            }
            catch (Exception over) when (over is ArgumentException or InvalidOperationException)
            {
                return true;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // The process lives, and belongs to another user.
            }
        }
        return now - Directory.GetLastWriteTimeUtc(staged) > Abandoned;
    }
}
