using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Packages;

/// <summary><c>edgeinspector.json</c>: what a person says of a package whose files leave it open.</summary>
public static class PackageSettingsFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "edgeinspector.json";

    /// <summary>How the file is read; also the source of its schema.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        AllowTrailingCommas = true,
        PropertyNameCaseInsensitive = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    /// <summary>Reads the file; adds its faults to the problems.</summary>
    internal static PackageSettings? Parse(byte[] content, List<string> problems)
    {
        ReadOnlySpan<byte> json = content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsSpan(3) : content;
        try
        {
            if (JsonSerializer.Deserialize<PackageSettings>(json, Json) is not { } said)
            {
                problems.Add($"{FileName} must contain a JSON object. docs/models.md shows one.");
                return null;
            }
            Check(said.Preprocessing, nameof(said.Preprocessing), problems);
            if (said.Anomaly is { } anomaly)
                Check(anomaly, nameof(said.Anomaly), problems);
            return said;
        }
        catch (JsonException fault)
        {
            problems.Add($"{FileName}, line {(fault.LineNumber ?? 0) + 1}, {Words(fault)} docs/models.md tells what each name may hold.");
            return null;
        }
    }

    /// <summary>Words for what the serializer found wrong, for people who do not know this program's types.</summary>
    private static string Words(JsonException fault)
    {
        string said = fault.Message.Split(" Path: ")[0];
        string path = fault.Path is { } known && known.StartsWith("$.", StringComparison.Ordinal) ? known[2..] : "";
        string name = said.Split('\'') is [_, var quoted, _, ..] ? quoted : "";
        if (fault.InnerException is JsonException)
            return $"is no valid JSON: {fault.InnerException.Message.Split(" LineNumber: ")[0].TrimEnd('.')}.";
        if (said.StartsWith("The JSON property", StringComparison.Ordinal))
            return $"names '{name}', which is not known there. {KnownIn(path)}";
        if (said.StartsWith("Duplicate property", StringComparison.Ordinal))
            return $"names '{name}' a second time.";
        if (said.IndexOf("including: ", StringComparison.Ordinal) is > 0 and var at)
            return $"lacks {said[(at + 11)..].TrimEnd('.')}{(path.Length == 0 ? "" : $" in {path}")}.";
        return path.Length == 0 ? "must be a JSON object."
            : $"'{path}' can't be read: it is of another type than is expected there, or a word that is not known.{KnownWords(path)}";
    }

    private static string KnownIn(string path) => path.Split('.')[0] switch
    {
        nameof(PackageSettings.Preprocessing) => Names<PreprocessingOptions>("in Preprocessing"),
        nameof(PackageSettings.Classifier) => Names<ClassifierOptions>("in Classifier"),
        nameof(PackageSettings.Anomaly) => Names<AnomalyOptions>("in Anomaly"),
        _ => Names<PackageSettings>("at the top"),
    };

    private static string Names<T>(string where)
    {
        IEnumerable<string> names = typeof(T).GetProperties()
            .Where(property => property.SetMethod is not null && property.Name != nameof(PackageSettings.Schema))
            .Select(property => property.Name);
        return $"Known {where} are {string.Join(", ", names)}.";
    }

    private static string KnownWords(string path)
    {
        Type? type = path.Split('.')[^1] switch
        {
            nameof(PackageSettings.Layout) => typeof(OutputLayout),
            nameof(ClassifierOptions.Scores) => typeof(ScoreKind),
            nameof(PreprocessingOptions.ColourOrder) => typeof(ColourOrder),
            nameof(PreprocessingOptions.Range) => typeof(ValueRange),
            nameof(PreprocessingOptions.Crop) => typeof(CropMethod),
            nameof(PreprocessingOptions.Resize) => typeof(ResizeMethod),
            nameof(PreprocessingOptions.Interpolation) => typeof(Interpolation),
            _ => null,
        };
        return type is null ? "" : $" Known are {string.Join(", ", Enum.GetNames(type))}.";
    }

    private static void Check(object options, string block, List<string> problems)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        problems.AddRange(results.Select(result => $"{FileName}, {block}:{result.MemberNames.FirstOrDefault()}: {result.ErrorMessage}"));
    }
}
