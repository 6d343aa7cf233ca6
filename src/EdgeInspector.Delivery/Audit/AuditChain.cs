using System.Globalization;

namespace EdgeInspector.Delivery.Audit;

/// <summary>Holds each line of the log against the one before it. Lines that are not whole leave it as it was. Not thread-safe.</summary>
/// <param name="keys">The keys that may have sealed entries; empty: seals are not looked at.</param>
internal sealed class AuditChain(IReadOnlyList<AuditKey> keys)
{
    private readonly byte[] _previous = AuditLine.Nothing.ToArray();
    private readonly List<AuditKey> _changed = [];
    private bool _isSealed;

    /// <summary>Whole lines so far.</summary>
    public long Entries { get; private set; }

    /// <summary>The number of the first one; 0 before it.</summary>
    public long First { get; private set; }

    /// <summary>What the first one says of the one before it.</summary>
    public string BeforeFirst { get; private set; } = "";

    /// <summary>The number of the last one; 0 before it.</summary>
    public long Last { get; private set; }

    /// <summary>The number of the first sealed one; 0 where none is.</summary>
    public long SealedFrom { get; private set; }

    /// <summary>The key that sealed the last one that was sealed by one that is known; null: none.</summary>
    public AuditKey? Key { get; private set; }

    /// <summary>The hash of the last one.</summary>
    public ReadOnlySpan<byte> LastHash => _previous;

    /// <summary>Takes the next line. Null when it fits, else why it does not, as a sentence without its place.</summary>
    /// <param name="line">The line without its line break.</param>
    /// <param name="parts">The line, where it is whole.</param>
    /// <param name="isWhole">True when the line is what its hash says.</param>
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
            // Perhaps it was changed because somebody else knows it.
            return _changed.Contains(key) ? "Its seal was made with a key that had been changed before." : null;
        }
        return "Its seal was not made with a key that was given here. Where the key was changed, name the earlier one too: "
            + "Audit:EarlierKeyFiles, or --key-file.";
    }
}
