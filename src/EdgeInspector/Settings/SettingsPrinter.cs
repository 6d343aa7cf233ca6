using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeInspector.Settings;

/// <summary>Writes options the way a settings file would: indented JSON, durations in the short form, enums by name, secrets masked.</summary>
internal static class SettingsPrinter
{
    // The output goes to a console or a log, not into a web page: names in any language stay readable.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The options as JSON that can be read as settings again, except for masked secrets.</summary>
    public static string Print(object options)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
            Write(json, options);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(SecretText.HideLogins(text)); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case TimeSpan duration: json.WriteStringValue(Duration.Format(duration)); break;
            case Enum name: json.WriteStringValue(name.ToString()); break;
            case float number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case byte or sbyte or short or ushort or int or uint or long or ulong or decimal:
                json.WriteNumberValue(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            case IDictionary map: WriteMap(json, map); break;
            case IEnumerable list: WriteList(json, list); break;
            default: WriteBlock(json, value); break;
        }
    }

    private static void WriteMap(Utf8JsonWriter json, IDictionary map)
    {
        json.WriteStartObject();
        foreach (DictionaryEntry entry in map)
        {
            json.WritePropertyName((string)entry.Key);
            Write(json, entry.Value);
        }
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, IEnumerable list)
    {
        json.WriteStartArray();
        foreach (object? element in list)
            Write(json, element);
        json.WriteEndArray();
    }

    private static void WriteBlock(Utf8JsonWriter json, object block)
    {
        json.WriteStartObject();
        foreach (PropertyInfo property in SettingProperties.Of(block.GetType()))
        {
            object? value = property.GetValue(block);
            json.WritePropertyName(property.Name);
            Write(json, value is not null && SecretText.IsSecret(property) ? SecretText.Mask : value);
        }
        json.WriteEndObject();
    }
}
