using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Audit;

/// <summary>The first entry that does not fit.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The number of the line in the file, from 1 on.</param>
/// <param name="Entry">What the line says of itself, as far as the line can be read: number, kind, station and part.</param>
/// <param name="Why">What is wrong, in sentences.</param>
public sealed record AuditMisfit(string File, long Line, string Entry, string Why);

/// <summary>The result of reading the whole log.</summary>
/// <param name="Files">How many files were read.</param>
/// <param name="Entries">How many whole entries were read.</param>
/// <param name="First">Number of the first entry.</param>
/// <param name="Last">Number of the last entry.</param>
/// <param name="LastHash">Hash of the last entry, 64 digits.</param>
/// <param name="SealedFrom">Number of the first sealed entry; 0 where none is sealed.</param>
/// <param name="Notes">What the reader of the log should know although the log fits, a sentence each.</param>
/// <param name="Misfit">The first entry that does not fit; null: the chain is whole.</param>
public sealed record AuditReport(
    int Files, long Entries, long First, long Last, string LastHash, long SealedFrom, IReadOnlyList<string> Notes, AuditMisfit? Misfit);

/// <summary>
/// Reads the whole log of a data folder and looks for the first entry that does not fit. May run beside an agent that writes the log.
/// </summary>
public sealed class AuditVerification
{
    /// <summary>Takes a whole line; <paramref name="line"/> is valid during the call.</summary>
    public delegate void LineTaker(ReadOnlySpan<byte> line);

    private static readonly TimeSpan WriteTakes = TimeSpan.FromMilliseconds(300);

    private readonly AuditChain _chain;
    private readonly string? _wanted;
    private readonly LineTaker? _each;
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
    private AuditMisfit? _misfit;
    private bool _isFound;
    private BadLines? _bad;

    private AuditVerification(IReadOnlyList<AuditKey> keys, string? wanted, LineTaker? each) =>
        (_chain, _wanted, _each) = (new AuditChain(keys), wanted, each);

    /// <summary>Reads the log.</summary>
    /// <param name="folder">The folder with the log's files.</param>
    /// <param name="keys">Keys that may have sealed the log; empty: seals are not checked.</param>
    /// <param name="wanted">A hash that somebody noted elsewhere, 64 digits: it must be in the chain. Null: none.</param>
    /// <param name="each">Told each whole line in order, also lines after the misfit.</param>
    /// <exception cref="IOException">The log can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The log may not be read.</exception>
    public static AuditReport Run(string folder, IReadOnlyList<AuditKey> keys, string? wanted = null, LineTaker? each = null)
    {
        var run = new AuditVerification(keys, wanted, each);
        List<AuditFile> files = AuditFiles.In(folder);
        for (int i = 0; i < files.Count; i++)
        {
            if (i > 0 && files[i].Number != files[i - 1].Number + 1)
                run.Miss(files[i].Name, 1, "", MissingFiles(files[i - 1], files[i]));
            run.Read(files[i], isLast: i == files.Count - 1);
        }
        run.Conclude(files, keys);
        AuditChain chain = run._chain;
        return new AuditReport(
            files.Count, chain.Entries, chain.First, chain.Last, AuditLine.Text(chain.LastHash), chain.SealedFrom, run._notes, run._misfit);
    }

    private static string MissingFiles(AuditFile before, AuditFile file) => file.Number == before.Number
        ? $"Two files have the number {file.Number:D6}: {before.Name} and {file.Name}. One was put in or renamed."
        : file.Number == before.Number + 2 ? $"Between {before.Name} and {file.Name} a file is missing."
        : $"Between {before.Name} and {file.Name} {file.Number - before.Number - 1} files are missing.";

    private void Read(AuditFile file, bool isLast)
    {
        using var lines = new AuditLines(file.Path);
        long number = 0;
        bool isAny = false;
        while (lines.TryRead(out ReadOnlySpan<byte> line, out bool hasEnd))
        {
            number++;
            if (!hasEnd && isLast && IsBeingWritten(file, lines))
                break;
            string? misfit = _chain.Take(line, out AuditLine parts, out bool isWhole);
            if (!isWhole || !hasEnd)
            {
                (_bad ??= new BadLines(file.Name, number, AuditWords.Of(line), misfit ?? "Its line break is missing.")).Add(line, hasEnd);
                continue;
            }
            misfit ??= isAny ? null : NameFault(line, file);
            isAny = true;
            Settle(line, file);
            if (misfit is not null)
            {
                if (_bad is { } before)
                    Miss(before.File, before.Line, before.Entry, before.Why);
                Miss(file.Name, number, AuditWords.Of(line), misfit);
            }
            _isFound |= _wanted is not null && parts.Hash.SequenceEqual(System.Text.Encoding.ASCII.GetBytes(_wanted));
            if (line.IndexOf("\"kind\":\"removed\""u8) is > 0 and < 32 && AuditWords.Field(line, "before") is { } removed)
                _removed.Add(removed);
            _each?.Invoke(line);
        }
        if (isLast && _bad is { } left)
        {
            Miss(left.File, left.Line, left.Entry, left.IsCut
                ? $"{left.Why} The file ends in the middle of it: the agent was killed or the power failed while it was written. "
                    + $"The next start of the agent notes it."
                : left.Why);
        }
        if (number == 0 && !isLast)
            Miss(file.Name, 1, "", "The file is empty.");
    }

    // A reader may see a line while an agent is still writing it.
    private static bool IsBeingWritten(AuditFile file, AuditLines lines)
    {
        Thread.Sleep(WriteTakes);
        return new FileInfo(file.Path).Length > lines.NextAt;
    }

    private static string? NameFault(ReadOnlySpan<byte> line, AuditFile file)
    {
        string? kind = AuditWords.Field(line, "kind"), name = AuditWords.Field(line, "what");
        return kind != "file" ? "It is the file's first line, but not the entry with which an agent begins a file: lines before it "
            + "are missing."
            : name != file.Name ? $"The file was begun as {PrintableText.Of(name ?? "", 64)}, and is called {file.Name} now."
            : null;
    }

    /// <summary>Excuses lines that are not whole if the entry after them tells of exactly those lines.</summary>
    private void Settle(ReadOnlySpan<byte> next, AuditFile file)
    {
        // The agent may have started again on another day, in a new file.
        if (_bad is not { } bad || bad.File != file.Name && AuditWords.Field(next, "kind") == "file")
            return;
        _bad = null;
        if (AuditWords.Field(next, "kind") == "torn" && AuditWords.Field(next, "before") == bad.Hash
            && AuditWords.Number(next, "count") == bad.Bytes)
        {
            _notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{bad.File}, line {bad.Line}: {bad.Bytes} bytes were not written to their end, since the agent was killed or the "
                    + $"power failed; the next start noted them."));
        }
        else
        {
            Miss(bad.File, bad.Line, bad.Entry, bad.Why);
        }
    }

    private void Conclude(List<AuditFile> files, IReadOnlyList<AuditKey> keys)
    {
        bool isFromTheBeginning = _chain.First == 1 && _chain.BeforeFirst == AuditLine.Text(AuditLine.Nothing);
        if (_chain.Entries > 0 && !isFromTheBeginning)
        {
            string begins = string.Create(CultureInfo.InvariantCulture, $"The chain begins with entry {_chain.First} in {files[0].Name}");
            if (_removed.Contains(_chain.BeforeFirst))
                _notes.Add($"{begins}: what came before was removed by its age or size, as an entry says.");
            else
                MissFirst(files[0].Name, 1, "", $"{begins}, and no entry says that what came before was removed.");
        }
        if (keys.Count > 0 && _chain.Entries > 0 && _chain.SealedFrom == 0)
            MissFirst(files[0].Name, 1, "", "A key was given, but no entry is sealed.");
        else if (_chain.SealedFrom > _chain.First)
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"Entries {_chain.First} to {_chain.SealedFrom - 1} are not "
                + $"sealed; seals begin with entry {_chain.SealedFrom}."));
        if (_wanted is not null && !_isFound)
            Miss(files.Count > 0 ? files[^1].Name : "", 0, "", $"No entry has the hash {_wanted}: entries were removed or replaced "
                + $"since it was noted, or it is of another log.");
    }

    private void Miss(string file, long line, string entry, string why) => _misfit ??= new AuditMisfit(file, line, entry, why);

    private void MissFirst(string file, long line, string entry, string why) => _misfit = new AuditMisfit(file, line, entry, why);

    /// <summary>Consecutive lines that are not whole.</summary>
    private sealed class BadLines(string file, long line, string entry, string why)
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private bool _hadEnd;

        public string File => file;

        public long Line => line;

        public string Entry => entry;

        public string Why => why;

        /// <summary>Bytes of the lines, without the last line break, which the agent writes when it notes the lines.</summary>
        public long Bytes { get; private set; }

        public bool IsCut => !_hadEnd;

        public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public void Add(ReadOnlySpan<byte> bytes, bool hasEnd)
        {
            if (_hadEnd)
            {
                _hash.AppendData("\n"u8);
                Bytes++;
            }
            _hash.AppendData(bytes);
            Bytes += bytes.Length;
            _hadEnd = hasEnd;
        }
    }
}

/// <summary>What a line says of itself, whatever the line is.</summary>
internal static class AuditWords
{
    /// <summary>Such as <c>entry 17: verdict of part A-4711 at station weld-3</c>; empty where the line can't be read.</summary>
    public static string Of(ReadOnlySpan<byte> line)
    {
        string words = string.Join(' ', new[]
        {
            Number(line, "n") is { } number ? string.Create(CultureInfo.InvariantCulture, $"entry {number}:") : null,
            Field(line, "kind"),
            Field(line, "part") is { } part ? $"of part {part}" : null,
            Field(line, "station") is { } station ? $"at station {station}" : null,
            Field(line, "at") is { } at ? $"({at})" : null,
        }.OfType<string>());
        return PrintableText.Of(words, 400);
    }

    /// <summary>A text of the line's JSON; null where there is none.</summary>
    public static string? Field(ReadOnlySpan<byte> line, string name) => Read(line, name, static (ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString() : null);

    /// <summary>A whole number of the line's JSON; null where there is none.</summary>
    public static long? Number(ReadOnlySpan<byte> line, string name) => Read(line, name, static (ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) ? (long?)number : null);

    private delegate T Value<T>(ref Utf8JsonReader reader);

    private static T? Read<T>(ReadOnlySpan<byte> line, string name, Value<T?> value)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 4 });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(name))
                    return reader.Read() ? value(ref reader) : default;
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The line was altered: what can't be read is not said.
        }
        return default;
    }
}
