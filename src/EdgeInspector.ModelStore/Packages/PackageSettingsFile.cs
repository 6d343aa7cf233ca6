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

    /// <summary>How the file is read, and what its schema is made of.</summary>
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

    /// <summary>Reads it; adds to the problems what is wrong with it.</summary>
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
            string where = fault.Path is null or "$" ? "" : $" at {fault.Path[(fault.Path.StartsWith("$.", StringComparison.Ordinal) ? 2 : 0)..]}";
            problems.Add(
                $"{FileName}, line {(fault.LineNumber ?? 0) + 1}, can't be read{where}: it is no JSON, or names something that is not known there. "
                + "Known are Labels, Layout, Preprocessing, Classifier and Anomaly; docs/models.md tells what each may hold.");
            return null;
        }
    }

    private static void Check(object options, string block, List<string> problems)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        problems.AddRange(results.Select(result => $"{FileName}, {block}:{result.MemberNames.FirstOrDefault()}: {result.ErrorMessage}"));
    }
}
