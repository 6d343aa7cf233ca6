using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeInspector.Cli.PartsCommands;

/// <summary>Writes rows as JSON, an object a line.</summary>
internal static class JsonLines
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line of JSON: texts, numbers and null by what the values are.</summary>
    public static string Of(IEnumerable<(string Name, object? Value)> values)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, Readable))
        {
            writer.WriteStartObject();
            foreach ((string name, object? value) in values)
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, value);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.ToArray());
    }
}
