namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>Who is told of the parts that are found in the spool.</summary>
/// <param name="Part">Told each part, and whether it is delivered or set aside.</param>
/// <param name="Around">Told the event of a part that was told before, and the bytes of the sheet with the frames around that part.</param>
/// <param name="Unfinished">
/// Told the name and event of each part whose pictures were removed because its sidecar had not been written.
/// </param>
internal sealed record SpoolFinds(Action<SpoolEntry, bool> Part, Action<Guid, long> Around, Action<string, Guid> Unfinished);

/// <summary>
/// Looks through the folder of one day. A file may come before or after the sidecar to which it belongs. So sidecars are read first and
/// pictures only noted; then the pictures find their parts; at last parts with a broken sidecar are told, with the bytes that they take.
/// </summary>
/// <param name="spool">The spool.</param>
/// <param name="place">The day's folder.</param>
/// <param name="scan">Told of strangers and orphans.</param>
/// <param name="told">Told of parts.</param>
internal sealed class SpoolDay(SpoolFolder spool, string place, SpoolScan scan, SpoolFinds told)
{
    private readonly string _day = Path.GetFileName(place);
    private readonly HashSet<string> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _broken = new(StringComparer.Ordinal);
    private readonly List<string> _pictures = [];
    private readonly Dictionary<string, string> _stations = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> _unfinished = [];

    /// <summary>Looks through the folder. To be called once.</summary>
    /// <param name="stop">Ends the look between two files.</param>
    public void Scan(CancellationToken stop)
    {
        foreach (string file in Directory.EnumerateFiles(place))
        {
            stop.ThrowIfCancellationRequested();
            if (file.EndsWith(SpoolNames.Sidecar, StringComparison.Ordinal))
                TakeSidecar(file);
            else if (SpoolNames.OfPicture(file) is not null)
                _pictures.Add(file);
            else if (!spool.RemoveLeftover(file))
                scan.AddStranger(file);
        }
        foreach (string picture in _pictures)
        {
            stop.ThrowIfCancellationRequested();
            TakePicture(picture);
        }
        foreach ((string name, long bytes) in _broken)
            TakeBroken(name, bytes);
    }

    private void TakeSidecar(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        _parts.Add(name);
        if (SpoolFolder.ReadSidecar(file, name) is not { } sidecar)
        {
            if (!File.Exists(file))
                return;
            if (SpoolNames.IdOf(name) is null)
                scan.AddStranger(file);
            else
                _broken[name] = new FileInfo(file).Length;
            return;
        }
        // One string for each station, not one for each part.
        _stations.TryAdd(sidecar.Station, sidecar.Station);
        var entry = new SpoolEntry(
            sidecar.Id, sidecar.At, _stations[sidecar.Station], sidecar.Kind!.Value, _day, name, sidecar.Bytes + LengthOf(file));
        told.Part(entry, sidecar.Delivered is not null || sidecar.SetAside is not null);
    }

    private void TakePicture(string picture)
    {
        (string name, Guid id) = SpoolNames.OfPicture(picture)!.Value;
        bool isAround = SpoolNames.IsAround(picture);
        if (_broken.TryGetValue(name, out long bytes))
            _broken[name] = bytes + LengthOf(picture);
        else if (_parts.Contains(name) && isAround)
            told.Around(id, LengthOf(picture));
        else if (!_parts.Contains(name) && spool.RemoveUnfinished(picture, SidecarOf(name)) && !isAround && _unfinished.Add(id))
            told.Unfinished(name, id);
    }

    /// <summary>
    /// A part with a broken sidecar can't be published, but takes room: it counts as delivered, so that the oldest gives way first.
    /// </summary>
    private void TakeBroken(string name, long bytes)
    {
        if (SpoolNames.EntryOf(_day, name, bytes) is { } orphan)
        {
            scan.AddOrphan(SidecarOf(name));
            told.Part(orphan, true);
        }
        else
        {
            scan.AddStranger(SidecarOf(name));
        }
    }

    private string SidecarOf(string name) => Path.Combine(place, name + SpoolNames.Sidecar);

    private static long LengthOf(string file) => new FileInfo(file) switch { { Exists: true } info => info.Length, _ => 0 };
}
