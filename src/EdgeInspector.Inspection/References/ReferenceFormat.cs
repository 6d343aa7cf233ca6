using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.References;

/// <summary>How a reference is written: JSON, version 1. Somebody may have edited the file, so nothing in the file is trusted.</summary>
public static class ReferenceFormat
{
    /// <summary>The version that is written, and the only one that is read.</summary>
    public const int Version = 1;

    /// <summary>The largest file that is read, in bytes; a written file has about 110,000.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>The longest text in the file, in UTF-16 characters.</summary>
    public const int LongestText = 512;

    private const int LargestSide = 65_500;

    /// <summary>Writes a reference.</summary>
    public static byte[] Write(Reference reference) => JsonSerializer.SerializeToUtf8Bytes(
        new ReferenceRecord(
            Version,
            reference.Station,
            reference.Type,
            reference.At,
            reference.By,
            reference.Why,
            reference.From,
            reference.Parts,
            reference.Width,
            reference.Height,
            Rounded(reference.Brightness, 5),
            Rounded(reference.Contrast, 5),
            Rounded(reference.Sharpness, 3),
            Rounded(reference.X, 2),
            Rounded(reference.Y, 2),
            Rounded(reference.Turn, 3),
            Rounded(reference.Different, 5),
            PictureSample.Rows,
            PictureSample.Columns,
            [.. reference.Look.Select(Rounded)],
            [.. reference.Deviation.Select(Rounded)]),
        ReferenceJson.Readable.ReferenceRecord);

    /// <summary>Reads a reference.</summary>
    /// <param name="json">The file.</param>
    /// <param name="problem">What is wrong with the file, as the end of a sentence; null when the file was read.</param>
    /// <returns>The reference, or null.</returns>
    public static Reference? Read(ReadOnlySpan<byte> json, out string? problem)
    {
        if (json.Length > MostBytes)
        {
            problem = $"it has {json.Length} bytes, more than {MostBytes}";
            return null;
        }
        ReferenceRecord? read;
        try
        {
            read = JsonSerializer.Deserialize(json, ReferenceJson.Readable.ReferenceRecord);
        }
        catch (Exception damaged) when (damaged is JsonException or NotSupportedException or InvalidOperationException)
        {
            problem = $"it is no reference: {damaged.Message}";
            return null;
        }
        problem = read is null ? "it says nothing" : Fault(read);
        return problem is null ? Made(read!) : null;
    }

    private static string? Fault(ReferenceRecord read)
    {
        if (read.Version != Version)
            return $"its version is {read.Version}, and this program reads version {Version} only";
        if (string.IsNullOrEmpty(read.Station) || string.IsNullOrEmpty(read.From))
            return "it does not say of which station it is and from where it was learnt";
        if (read.Type is { } type && TypeFault(type) is { } noType)
            return noType;
        if (new[] { read.Station, read.From, read.By, read.Why }.Any(
            text => text is not null && (text.Length > LongestText || text.Any(char.IsControl))))
            return $"a text in it is longer than {LongestText} characters or has control characters";
        if (read.Width is < 1 or > LargestSide || read.Height is < 1 or > LargestSide)
            return $"its pictures have {read.Width} × {read.Height} pixels";
        if (read.Parts is < Reference.FewestParts or > Reference.MostParts)
            return $"it was learnt from {read.Parts} parts; {Reference.FewestParts} to {Reference.MostParts} are possible";
        if (read.Rows != PictureSample.Rows || read.Columns != PictureSample.Columns)
            return $"its grid has {read.Rows} × {read.Columns} cells, not {PictureSample.Rows} × {PictureSample.Columns}";
        return Cells("look", read.Look, -255, 510) ?? Cells("deviation", read.Deviation, 0, 255)
            ?? Spread("brightness", read.Brightness, 0, 1) ?? Spread("contrast", read.Contrast, 0, 1)
            ?? Spread("sharpness", read.Sharpness, 0, 1020) ?? Spread("x", read.X, -LargestSide, LargestSide)
            ?? Spread("y", read.Y, -LargestSide, LargestSide) ?? Spread("turn", read.Turn, -360, 360)
            ?? Spread("different", read.Different, 0, 1);
    }

    /// <summary>What is wrong with the type of a part, as the end of a sentence; null: nothing.</summary>
    public static string? TypeFault(string type) => type.Length is 0 or > Reference.LongestType || type.Any(char.IsControl)
        ? $"its type is empty, longer than {Reference.LongestType} characters, or has control characters"
        : null;

    private static string? Cells(string name, float[]? cells, float least, float most)
    {
        if (cells?.Length != Reference.Cells)
            return $"'{name}' has {cells?.Length ?? 0} numbers, not {Reference.Cells}";
        return Array.TrueForAll(cells, cell => cell >= least && cell <= most)
            ? null
            : $"a number of '{name}' is not from {least} to {most}";
    }

    private static string? Spread(string name, Spread spread, double least, double most)
    {
        bool isSound = spread.Mean >= least && spread.Mean <= most && spread.Deviation >= 0 && spread.Deviation <= most - least
            && spread.Least >= least && spread.Least <= spread.Most && spread.Most <= most;
        return isSound ? null : $"'{name}' is no mean with its deviation, least and most from {least} to {most}";
    }

    private static Reference Made(ReferenceRecord read) => new()
    {
        Station = read.Station!,
        Type = read.Type,
        At = read.At,
        By = read.By,
        Why = read.Why,
        From = read.From!,
        Parts = read.Parts,
        Width = read.Width,
        Height = read.Height,
        Brightness = read.Brightness,
        Contrast = read.Contrast,
        Sharpness = read.Sharpness,
        X = read.X,
        Y = read.Y,
        Turn = read.Turn,
        Different = read.Different,
        Look = read.Look!,
        Deviation = read.Deviation!,
    };

    private static float Rounded(float grey) => MathF.Round(grey, 2);

    private static Spread Rounded(Spread spread, int digits) => new(
        Math.Round(spread.Mean, digits),
        Math.Round(spread.Deviation, digits),
        Math.Round(spread.Least, digits),
        Math.Round(spread.Most, digits));
}

/// <summary>The content of the file.</summary>
internal sealed record ReferenceRecord(
    int Version,
    string? Station,
    string? Type,
    DateTimeOffset At,
    string? By,
    string? Why,
    string? From,
    int Parts,
    int Width,
    int Height,
    Spread Brightness,
    Spread Contrast,
    Spread Sharpness,
    Spread X,
    Spread Y,
    Spread Turn,
    Spread Different,
    int Rows,
    int Columns,
    float[]? Look,
    float[]? Deviation);

[JsonSerializable(typeof(ReferenceRecord))]
internal sealed partial class ReferenceJson : JsonSerializerContext
{
    /// <summary>Written so that people can read the file.</summary>
    public static ReferenceJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = 8,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
