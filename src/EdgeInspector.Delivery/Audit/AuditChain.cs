using System.Globalization;

namespace EdgeInspector.Delivery.Audit;

/// <summary>
/// Compares each line of the log with the line before. Lines that are not whole do not change the chain. Not thread-safe.
/// </summary>
/// <param name="keys">The keys that may have sealed entries; empty: seals are not checked.</param>
internal sealed class AuditChain(IReadOnlyList<AuditKey> keys)
{
    private readonly byte[] _previous = AuditLine.Nothing.ToArray();
    private readonly List<AuditKey> _changed = [];
    private bool _isSealed;

    /// <summary>How many whole lines were taken.</summary>
    public long Entries { get; private set; }

    /// <summary>The number of the first entry; 0 before there is one.</summary>
    public long First { get; private set; }

    /// <summary>The hash of the line before the first entry, as that entry says.</summary>
    public string BeforeFirst { get; private set; } = "";

    /// <summary>The number of the last entry; 0 before there is one.</summary>
    public long Last { get; private set; }

    /// <summary>The number of the first sealed entry; 0 where none is sealed.</summary>
    public long SealedFrom { get; private set; }

    /// <summary>The key of the last entry that was sealed with a known key; null: none.</summary>
    public AuditKey? Key { get; private set; }

    /// <summary>The hash of the last entry.</summary>
    public ReadOnlySpan<byte> LastHash => _previous;

    /// <summary>
    /// Takes the next line. Null when the line fits, else why it does not, as a sentence that does not name the place of the line.
    /// </summary>
    /// <param name="line">The line without its line break.</param>
    /// <param name="parts">The line, where it is whole.</param>
    /// <param name="isWhole">True when the line has the hash that it says.</param>
    public string? Take(ReadOnlySpan<byte> line, out AuditLine parts, out bool isWhole)
    {
        isWhole = false;
        if (!AuditLine.TryRead(line, out parts))
            return "It is no entry of an audit log: it was altered, or something else wrote into the file.";
        if (!parts.IsWhole)
            return "It was altered: its content is not what its hash says.";
        isWhole = true;
        string? misfit = Entries == 0 ? null
            : parts.Number > Last + 1 ? Missing(parts.Number)
            : parts.Number <= Last ? string.Create(CultureInfo.InvariantCulture, $"It is entry {parts.Number}, but stands after "
                + $"entry {Last}: lines were moved or put in.")
            : parts.Previous.SequenceEqual(_previous) ? null
            : $"It does not follow entry {Last} as that one stands there now: that one was altered together with its hash, or replaced.";
        misfit ??= SealFault(parts);
        if (Entries++ == 0)
            (First, BeforeFirst) = (parts.Number, AuditLine.Text(parts.Previous));
        Last = parts.Number;
        parts.Hash.CopyTo(_previous);
        _isSealed |= parts.IsSealed;
        if (parts.IsSealed && SealedFrom == 0)
            SealedFrom = parts.Number;
        return misfit;
    }

    private string Missing(long number) => number == Last + 2
        ? string.Create(CultureInfo.InvariantCulture, $"Entry {Last + 1} is missing before it.")
        : string.Create(CultureInfo.InvariantCulture, $"Entries {Last + 1} to {number - 1} are missing before it.");

    private string? SealFault(in AuditLine line)
    {
        if (keys.Count == 0)
            return null;
        if (!line.IsSealed)
            return _isSealed ? "It is not sealed, although entries before it are." : null;
        foreach (AuditKey key in keys)
        {
            if (!line.IsSealedBy(key))
                continue;
            if (Key is not null && Key != key)
                _changed.Add(Key);
            Key = key;
            // The key may have been changed because somebody else knows it.
            return _changed.Contains(key) ? "Its seal was made with a key that had been changed before." : null;
        }
        return "Its seal was not made with a key that was given here. Where the key was changed, name the earlier one too: "
            + "Audit:EarlierKeyFiles, or --key-file.";
    }
}
