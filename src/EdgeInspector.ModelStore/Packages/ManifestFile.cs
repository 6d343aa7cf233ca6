using System.Text.Json;

namespace EdgeInspector.ModelStore.Packages;

/// <summary><c>cvexport.manifest</c>: what the export says about itself. Older exports lack some fields.</summary>
internal sealed record ManifestFile
{
    public const string FileName = "cvexport.manifest";

    // The texts go into every event and onto every screen.
    private const int MostCharacters = 256;

    public string? DomainType { get; init; }

    public string? Platform { get; init; }

    public string? Flavor { get; init; }

    public string? IterationId { get; init; }

    public string? ModelFileName { get; init; }

    public string? LabelFileName { get; init; }

    public string? MetadataPropsFileName { get; init; }

    public string? ModelFileSha1 { get; init; }

    /// <exception cref="PackageRefusedException">The file is not a JSON object, or a known field is no text.</exception>
    public static ManifestFile Parse(byte[] content)
    {
        Dictionary<string, string> fields = JsonText.ReadObject(content, FileName);
        string? Field(string name)
        {
            if (!fields.TryGetValue(name, out string? text) || text.Length == 0)
                return null;
            return text.Length <= MostCharacters && !text.Any(char.IsControl)
                ? text
                : throw new PackageRefusedException(
                    $"{FileName}: {name} is longer than {MostCharacters} characters, or has control characters. Export the package again.");
        }
        string? FileField(string name)
        {
            string? text = Field(name);
            if (text is not null && (text.AsSpan().ContainsAny("/\\:\0") || text is "." or ".."))
                throw new PackageRefusedException(
                    $"{FileName} says {name} = '{text}', but only a plain file name is allowed there. Export the package again.");
            return text;
        }
        return new ManifestFile
        {
            DomainType = Field("DomainType"),
            Platform = Field("Platform"),
            Flavor = Field("Flavor"),
            IterationId = Field("IterationId"),
            ModelFileName = FileField("ModelFileName"),
            LabelFileName = FileField("LabelFileName"),
            MetadataPropsFileName = FileField("MetadataPropsFileName"),
            ModelFileSha1 = Field("ModelFileSHA1"),
        };
    }
}

/// <summary>Reads flat JSON objects of texts.</summary>
internal static class JsonText
{
    /// <summary>The object's fields as text: strings unquoted, null left out, other values as they are written.</summary>
    /// <exception cref="PackageRefusedException">The content is no JSON object; the message names the line.</exception>
    public static Dictionary<string, string> ReadObject(byte[] content, string fileName)
    {
        ReadOnlyMemory<byte> json = content.AsSpan().StartsWith("\uFEFF"u8) ? content.AsMemory(3) : content;
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                json, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new PackageRefusedException(
                    $"{fileName} must contain a JSON object, not {document.RootElement.ValueKind}. Export the package again.");
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind == JsonValueKind.String)
                    fields[property.Name] = property.Value.GetString()!;
                else if (property.Value.ValueKind != JsonValueKind.Null)
                    fields[property.Name] = property.Value.GetRawText();
            }
            return fields;
        }
        catch (JsonException fault)
        {
            bool isTwofold = fault.Message.StartsWith("Duplicate property", StringComparison.Ordinal);
            throw new PackageRefusedException(
                $"{fileName} {(isTwofold ? "names something twice" : "is not valid JSON")}, line {(fault.LineNumber ?? 0) + 1}, "
                + $"character {(fault.BytePositionInLine ?? 0) + 1}. Export the package again.", fault);
        }
        catch (InvalidOperationException fault)
        {
            // The text has a string with half a surrogate pair, or bytes that are not UTF-8.
            throw new PackageRefusedException($"{fileName} contains text that is not valid UTF-8. Export the package again.", fault);
        }
    }
}
