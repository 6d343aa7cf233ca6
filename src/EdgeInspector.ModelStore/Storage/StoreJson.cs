using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.ModelStore.Storage;

/// <summary>How the store writes JSON: camel case, indented, so that people can read it.</summary>
internal static class StoreJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        MaxDepth = 16,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>Reads a file of the store; null when the file is not there.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or larger than any that this program writes.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static T? Read<T>(string path, int limit = 8 << 20)
        where T : class
    {
        if (!File.Exists(path))
            return null;
        if (FileFacts.Complaint(path) is { } noFile)
            throw new InvalidDataException(noFile);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > limit)
                throw new InvalidDataException($"'{path}' is larger than {limit} bytes.");
            return JsonSerializer.Deserialize<T>(file, Options) ?? throw new InvalidDataException($"'{path}' says nothing.");
        }
        catch (Exception damaged) when (damaged is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is damaged: {damaged.Message}", damaged);
        }
    }
}
