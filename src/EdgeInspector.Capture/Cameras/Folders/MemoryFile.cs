using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeInspector.Foundation.Files;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>One line of a memory file.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Length">The file's size in bytes.</param>
/// <param name="Changed">The time of the file's last change, in ticks of UTC.</param>
/// <param name="Content">The file's <see cref="ContentHash"/>.</param>
/// <param name="IsForgotten">True when the name is to be forgotten.</param>
internal readonly record struct MemoryLine(string Name, long Length, long Changed, UInt128 Content, bool IsForgotten);

/// <summary>
/// A folder's memory on disk: a line of text for each file that was read, appended to the lines before. A line that was not written to its
/// end is ignored, so that after a power cut the last pictures may be inspected twice, but none is left out.
/// </summary>
/// <remarks>
/// The first line names the folder: for another folder the file counts as missing. If the disk can't be written, the agent goes on: then
/// the files are remembered until the agent ends.
/// </remarks>
/// <param name="path">The file; it need not exist.</param>
/// <param name="folder">The folder that is remembered.</param>
/// <param name="log">Gets one line for a file that can't be read or written.</param>
internal sealed partial class MemoryFile(string path, string folder, ILogger log)
{
    private readonly string _head = $"EdgeInspector folder 1 {JsonEncodedText.Encode(Path.GetFullPath(folder))}";
    private FileStream? _stream;
    private bool _isBroken;

    /// <summary>How many lines the file has, without its head.</summary>
    public int Lines { get; private set; }

    /// <summary>True when there was a memory file for this folder.</summary>
    public bool WasThere { get; private set; }

    /// <summary>The lines of the file; called once, before anything else.</summary>
    public IReadOnlyList<MemoryLine> Read()
    {
        var lines = new List<MemoryLine>();
        try
        {
            if (File.Exists(path))
                ReadLines(lines);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            Break(fault);
        }
        if (!_isBroken)
            Rewrite(lines);
        return lines;
    }

    /// <summary>Adds a line.</summary>
    public void Append(in MemoryLine line)
    {
        if (_isBroken)
            return;
        try
        {
            _stream ??= new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            _stream.Write(Encoding.UTF8.GetBytes(Format(line)));
            _stream.Flush();
            Lines++;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            Break(fault);
        }
    }

    /// <summary>Writes the file anew, whole or not at all.</summary>
    public void Rewrite(IEnumerable<MemoryLine> lines)
    {
        if (_isBroken)
            return;
        try
        {
            Close();
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Lines = 0;
            using var file = new AtomicFile(path, Durability.PowerCut);
            file.Content.Write(Encoding.UTF8.GetBytes(_head + "\n"));
            foreach (MemoryLine line in lines)
            {
                file.Content.Write(Encoding.UTF8.GetBytes(Format(line)));
                Lines++;
            }
            file.Commit();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            Break(fault);
        }
    }

    /// <summary>Closes the file until the next line.</summary>
    public void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private void ReadLines(List<MemoryLine> lines)
    {
        FileFacts.Demand(path);
        using var reader = new StreamReader(path, Encoding.UTF8);
        if (reader.ReadLine() != _head)
            return;
        WasThere = true;
        while (reader.ReadLine() is { } text)
        {
            if (Parse(text) is { } line)
                lines.Add(line);
        }
    }

    private void Break(Exception fault)
    {
        _isBroken = true;
        Close();
        LogBroken(log, path, fault.Message);
    }

    // The name comes last and escaped, so that a line feed in the name breaks nothing; a mark at the end shows that the line is whole.
    private static string Format(in MemoryLine line) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(line.IsForgotten ? '-' : '+')} {line.Content:x32} {line.Length} {line.Changed} {JsonEncodedText.Encode(line.Name)} .\n");

    private static MemoryLine? Parse(string text)
    {
        string[] words = text.Split(' ', 5);
        if (words.Length < 5 || words[0] is not ("+" or "-") || !words[4].EndsWith(" .", StringComparison.Ordinal)
            || !UInt128.TryParse(words[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 content)
            || !long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            || !long.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out long changed)
            || changed > DateTime.MaxValue.Ticks)
        {
            return null;
        }
        try
        {
            string name = JsonDocument.Parse($"\"{words[4][..^2]}\"").RootElement.GetString()!;
            return new MemoryLine(name, length, changed, content, words[0] == "-");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [LoggerMessage(EventId = 225, Level = LogLevel.Warning,
        Message = "What was read of the folder is remembered only until the agent ends: {File}: {Problem}")]
    private static partial void LogBroken(ILogger log, string file, string problem);
}
