namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// What the entries of one directory say of its picture. Where an entry is missing, the default of the specification holds; where a tag
/// comes twice, the last entry counts. A directory that does not lie within the file says nothing.
/// </summary>
internal ref struct TiffDirectory
{
    /// <summary>Values that are whole numbers from 0 on, as <see cref="SampleForm"/>.</summary>
    public const int Unsigned = 1;

    private const int NewSubfileType = 254, SubfileType = 255, ImageWidth = 256, ImageLength = 257, BitsPerSample = 258,
        StripOffsets = 273, SamplesPerPixel = 277, RowsPerStripTag = 278, StripByteCounts = 279, MaxSampleValue = 281, TileWidthTag = 322,
        TileLength = 323, TileOffsets = 324, TileByteCounts = 325, SampleFormat = 339;

    // NewSubfileType: bit 0 says that the picture is a scaled-down copy of another picture of the file, bit 2 that the picture is a mask.
    // SubfileType is the older form of this field.
    private const int ScaledDownOrMask = 5, ScaledDown = 2;
    private const int Tags = 1 << 16, EntryBytes = 12;
    private const int Strips = 1, Tiles = 2;

    private readonly TiffReader _tiff;
    private TiffField _offsets, _counts;
    private bool _isTwofold;

    // Whether the picture's parts are strips, tiles or, against the specification, both.
    private int _parts;

    /// <param name="tiff">The file.</param>
    /// <param name="at">Where the directory lies.</param>
    public TiffDirectory(TiffReader tiff, long at)
    {
        _tiff = tiff;
        if (at + 2 > tiff.Length)
            return;
        int entries = tiff.UInt16(at);
        long end = at + 2 + entries * (long)EntryBytes;
        if (entries == 0 || end > tiff.Length)
            return;
        ReadEntries(at + 2, entries);
        if (end + 4 <= tiff.Length)
            Next = tiff.UInt32(end);
    }

    /// <summary>Where the next directory lies; 0 after the last.</summary>
    public long Next { get; }

    /// <summary>False for a scaled-down copy and for a mask.</summary>
    public bool IsFull { get; private set; } = true;

    /// <summary>Pixels in a row.</summary>
    public long Width { get; private set; }

    /// <summary>Rows.</summary>
    public long Height { get; private set; }

    /// <summary>Pixels in a row of a tile; 0 where there are strips.</summary>
    public long TileWidth { get; private set; }

    /// <summary>Rows of a tile; 0 where there are strips.</summary>
    public long TileHeight { get; private set; }

    /// <summary>Rows of a strip; below 1: the file does not say.</summary>
    public long RowsPerStrip { get; private set; }

    /// <summary>Values of a pixel.</summary>
    public long Samples { get; private set; } = 1;

    /// <summary>Bits of a value.</summary>
    public long Bits { get; private set; } = 1;

    /// <summary>The largest value; 0: the file does not say.</summary>
    public long Largest { get; private set; }

    /// <summary>What kind of number a value is.</summary>
    public long SampleForm { get; private set; } = Unsigned;

    /// <summary>True when the directory says something twice, names several sizes at once, or names strips and tiles.</summary>
    public readonly bool IsContradictory => _isTwofold || _parts == (Strips | Tiles);

    /// <summary>Whether all strips or tiles lie within the file.</summary>
    public readonly bool HoldsAllParts()
    {
        if (_offsets.Count == 0 || _offsets.Count != _counts.Count)
            return false;
        for (long part = 0; part < _offsets.Count; part++)
        {
            long offset = _tiff.Value(_offsets, part);
            long count = _tiff.Value(_counts, part);
            if (offset <= 0 || count < 0 || offset + count > _tiff.Length)
                return false;
        }
        return true;
    }

    private void ReadEntries(long first, int entries)
    {
        Span<ulong> seen = stackalloc ulong[Tags / 64];
        seen.Clear();
        for (int entry = 0; entry < entries; entry++)
        {
            long at = first + entry * (long)EntryBytes;
            int tag = _tiff.UInt16(at);
            var field = new TiffField(_tiff.UInt16(at + 2), _tiff.UInt32(at + 4), at + 8);
            _isTwofold |= (seen[tag >> 6] >> (tag & 63) & 1) != 0 || IsSize(tag) && field.Count != 1;
            seen[tag >> 6] |= 1UL << (tag & 63);
            _parts |= tag switch { StripOffsets or StripByteCounts => Strips, >= TileWidthTag and <= TileByteCounts => Tiles, _ => 0 };
            if (IsSize(tag))
                TakeSize(tag, _tiff.Value(field, 0));
            else
                Take(tag, field);
        }
    }

    private static bool IsSize(int tag) =>
        tag is ImageWidth or ImageLength or TileWidthTag or TileLength or SamplesPerPixel or RowsPerStripTag;

    private void TakeSize(int tag, long size)
    {
        switch (tag)
        {
            case ImageWidth:
                Width = size;
                break;
            case ImageLength:
                Height = size;
                break;
            case TileWidthTag:
                TileWidth = size;
                break;
            case TileLength:
                TileHeight = size;
                break;
            case SamplesPerPixel:
                Samples = size;
                break;
            case RowsPerStripTag:
                RowsPerStrip = size;
                break;
        }
    }

    private void Take(int tag, TiffField field)
    {
        switch (tag)
        {
            case NewSubfileType:
                IsFull = (_tiff.Value(field, 0) & ScaledDownOrMask) == 0;
                break;
            case SubfileType:
                IsFull = _tiff.Value(field, 0) != ScaledDown;
                break;
            case BitsPerSample:
                Bits = _tiff.Value(field, 0);
                break;
            case MaxSampleValue:
                Largest = _tiff.Value(field, 0);
                break;
            case SampleFormat:
                SampleForm = _tiff.Value(field, 0);
                break;
            case StripOffsets or TileOffsets:
                _offsets = field;
                break;
            case StripByteCounts or TileByteCounts:
                _counts = field;
                break;
        }
    }
}
