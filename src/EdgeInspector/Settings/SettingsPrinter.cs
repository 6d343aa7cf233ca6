using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeInspector.Settings;

/// <summary>
/// Writes options the way a settings file would: indented JSON, durations in the short form, enums by name, secrets masked.
/// </summary>
internal static class SettingsPrinter
{
    // The output goes to a console or a log, not into a web page: names in any language stay readable.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly object Differences = new();

    /// <summary>The options as JSON that can be read as settings again, except for masked secrets.</summary>
    public static string Print(object options) => Encoding.UTF8.GetString(Json(options, masked: true).Span);

    /// <summary>The options as JSON, without values that equal the defaults.</summary>
    public static string PrintDifferences(object options) =>
        Encoding.UTF8.GetString(Json(options, masked: true, defaults: New(options)).Span);

    /// <summary>The paths of the settings that differ, such as <c>Mqtt:Host</c>; also of secrets, whose values are not shown.</summary>
    public static IReadOnlyList<string> Changed(object before, object after)
    {
        using var one = JsonDocument.Parse(Json(before, masked: false));
        using var other = JsonDocument.Parse(Json(after, masked: false));
        var paths = new List<string>();
        Compare(one.RootElement, other.RootElement, "", paths);
        return paths;
    }

    private static void Compare(JsonElement before, JsonElement after, string path, List<string> paths)
    {
        if (before.ValueKind != JsonValueKind.Object || after.ValueKind != JsonValueKind.Object)
        {
            if (!JsonElement.DeepEquals(before, after))
                paths.Add(path);
            return;
        }
        string start = path.Length == 0 ? "" : path + ":";
        foreach (string name in before.EnumerateObject()
            .Concat(after.EnumerateObject())
            .Select(property => property.Name)
            .Distinct(StringComparer.Ordinal))
        {
            if (before.TryGetProperty(name, out JsonElement old) && after.TryGetProperty(name, out JsonElement now))
                Compare(old, now, start + name, paths);
            else
                paths.Add(start + name);
        }
    }

    /// <param name="options">The options, or one of them.</param>
    /// <param name="masked">Whether secrets are masked.</param>
    /// <param name="defaults">Options to compare with: only values that differ are written; null: all values are written.</param>
    private static ReadOnlyMemory<byte> Json(object? options, bool masked, object? defaults = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
            Write(json, options, masked, defaults);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, object? value, bool masked, object? defaults)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(masked ? SecretText.HideLogins(text) : text); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case TimeSpan duration: json.WriteStringValue(Duration.Format(duration)); break;
            case Enum name: json.WriteStringValue(name.ToString()); break;
            case float number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case byte or sbyte or short or ushort or int or uint or long or ulong or decimal:
                json.WriteNumberValue(Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            case IDictionary map: WriteMap(json, map, masked, defaults); break;
            case IEnumerable list: WriteList(json, list, masked, defaults); break;
            default: WriteBlock(json, value, masked, defaults); break;
        }
    }

    private static void WriteMap(Utf8JsonWriter json, IDictionary map, bool masked, object? defaults)
    {
        json.WriteStartObject();
        foreach (DictionaryEntry entry in map)
        {
            json.WritePropertyName((string)entry.Key);
            Write(json, entry.Value, masked, defaults is null ? null : New(entry.Value));
        }
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, IEnumerable list, bool masked, object? defaults)
    {
        json.WriteStartArray();
        foreach (object? element in list)
            Write(json, element, masked, defaults is null ? null : New(element));
        json.WriteEndArray();
    }

    private static void WriteBlock(Utf8JsonWriter json, object block, bool masked, object? defaults)
    {
        json.WriteStartObject();
        foreach (PropertyInfo property in SettingProperties.Of(block.GetType()))
        {
            object? value = property.GetValue(block);
            object? usual = defaults is null ? null : property.GetValue(defaults);
            if (property.IsDefined(typeof(RenamedAttribute)) && !RenamedSettings.IsGiven(value))
                continue;
            if (defaults is not null && Json(value, masked: false).Span.SequenceEqual(Json(usual, masked: false).Span))
                continue;
            json.WritePropertyName(property.Name);
            Write(
                json,
                masked && value is not null && SecretText.IsSecret(property) ? SecretText.Mask : value,
                masked,
                defaults is null ? null : usual ?? New(value));
        }
        json.WriteEndObject();
    }

    /// <summary>
    /// A block of the same type in which nothing was set; for any other value only a mark that differences are asked for.
    /// </summary>
    private static object New(object? value) =>
        value is null || value is IEnumerable || SettingValue.IsSingle(value.GetType())
            ? Differences
            : Activator.CreateInstance(value.GetType(), nonPublic: true)!;
}
