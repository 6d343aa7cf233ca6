using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Images.Looking;

/// <summary>
/// The pictures in the image spool, for people who look at them; changes nothing. Thread-safe; reads from the disk, so never for a
/// station's thread.
/// </summary>
public sealed class KeptPictures
{
    // A search for a tag or a part's id reads a small file for each part. It stops there and says where to go on.
    private const int MostRead = 2000;

    private readonly SpoolIndex _index;
    private readonly SpoolFolder _folder;

    internal KeptPictures(SpoolIndex index, SpoolFolder folder) => (_index, _folder) = (index, folder);

    /// <summary>How many parts have pictures.</summary>
    public int Count => _index.Whole.Parts;

    /// <summary>Bytes of all pictures.</summary>
    public long Bytes => _index.Whole.Bytes;

    /// <summary>The newest kept parts that are asked for.</summary>
    /// <param name="query">Which.</param>
    /// <param name="before">Older than this one; null: from the newest on.</param>
    /// <param name="most">So many at most.</param>
    public KeptPage Find(KeptQuery query, KeptPlace? before, int most)
    {
        var found = new List<KeptPart>();
        SpoolEntry from = before is null ? SpoolEntry.Last : SpoolEntry.First with { At = before.At, Id = before.Id };
        int read = 0;
        foreach (SpoolEntry entry in _index.OlderThan(from).Where(entry => Fits(entry, query)))
        {
            if (Read(entry) is { } part && Fits(part, query))
                found.Add(part);
            if (found.Count == most || ++read == MostRead)
                return new KeptPage(found, new KeptPlace(entry.At, entry.Id));
        }
        return new KeptPage(found, null);
    }

    /// <summary>A kept part; null: there is none, or it has been given up meanwhile.</summary>
    public KeptPart? Part(Guid id) => _index.Of(id) is { } entry ? Read(entry) : null;

    /// <summary>The next kept part at the same station.</summary>
    /// <param name="part">The part from which one goes on.</param>
    /// <param name="older">True: the next older one; false: the next newer one.</param>
    public Guid? Next(KeptPart part, bool older)
    {
        SpoolEntry here = SpoolEntry.First with { At = part.At, Id = part.Id };
        return (older ? _index.OlderThan(here) : _index.NewerThan(here)).FirstOrDefault(entry => entry.Station == part.Station)?.Id;
    }

    /// <summary>True while the part's pictures are kept.</summary>
    public bool Has(Guid id) => _index.Of(id) is not null;

    /// <summary>A picture's file, JPEG or PNG, whole; null: it is not there, or not any more.</summary>
    public byte[]? Open(Guid id, KeptPicture picture)
    {
        using FileStream? file = OpenFile(id, picture);
        if (file is null)
            return null;
        try
        {
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }

    /// <summary>The same, to be read piece by piece and closed by the caller: a picture may have hundreds of megabytes.</summary>
    public FileStream? OpenFile(Guid id, KeptPicture picture)
    {
        try
        {
            return _index.Of(id) is { } entry && _folder.ReadSidecar(entry) is { } sidecar && PathOf(entry, sidecar, picture) is { } path
                ? _folder.OpenPicture(path)
                : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }

    private KeptPart? Read(SpoolEntry entry)
    {
        try
        {
            if (_folder.ReadSidecar(entry) is not { } sidecar)
                return null;
            KeptPicture[] there = [.. Enum.GetValues<KeptPicture>().Where(picture => PathOf(entry, sidecar, picture) is not null)];
            return new KeptPart(
                sidecar.Id, sidecar.Station, sidecar.Part, sidecar.At, entry.Verdict, sidecar.Rule, sidecar.Tag, sidecar.Probability,
                there, sidecar.Event?.GetRawText());
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }

    private string? PathOf(SpoolEntry entry, Sidecar sidecar, KeptPicture picture)
    {
        string? name = picture switch
        {
            KeptPicture.Marked => sidecar.Annotated,
            KeptPicture.Original => sidecar.Original,
            _ => entry.Name + SpoolNames.Around + ".jpg",
        };
        string? path = name is null ? null : Path.Combine(_folder.Folder, entry.Day, name);
        return File.Exists(path) ? path : null;
    }

    private static bool Fits(SpoolEntry entry, KeptQuery query) =>
        (query.Station is not { } station || entry.Station.Equals(station, StringComparison.OrdinalIgnoreCase))
        && (query.Verdict is not { } verdict || entry.Verdict == verdict)
        && (query.Since is not { } since || entry.At >= since.UtcDateTime)
        && (query.Until is not { } until || entry.At < until.UtcDateTime);

    private static bool Fits(KeptPart part, KeptQuery query) =>
        (query.Tag is not { } tag || tag.Equals(part.Tag, StringComparison.OrdinalIgnoreCase))
        && (query.Part is not { } piece || part.Part.Contains(piece, StringComparison.OrdinalIgnoreCase))
        && !(part.Probability < query.LeastProbability) && !(part.Probability > query.MostProbability);
}
