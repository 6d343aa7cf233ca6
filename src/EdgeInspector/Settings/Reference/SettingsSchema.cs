using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EdgeInspector.Inference;

namespace EdgeInspector.Settings.Reference;

/// <summary>
/// Writes JSON Schemas (2020-12), by which editors complete and check files: for the settings (<c>"$schema":
/// "appsettings.schema.json"</c>), and for a package's <c>edgeinspector.json</c>.
/// </summary>
internal sealed class SettingsSchema
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SummaryTexts _summaries = new();

    /// <summary>The schema of a package's <c>edgeinspector.json</c>.</summary>
    public static string OfPackage() => Finish(new SettingsSchema().Block(typeof(PackageSettings)), "EdgeInspector model package");

    /// <summary>The schema of the settings.</summary>
    public static string Write(Type options)
    {
        var schema = new SettingsSchema();
        JsonObject root = schema.Block(options);
        var properties = (JsonObject)root["properties"]!;
        JsonObject machine = schema.Block(options);
        properties[MachineBlocks.Section] = new JsonObject
        {
            ["description"] = "Settings of single machines, by host name; each goes over the rest of the file.",
            ["type"] = "object",
            ["additionalProperties"] = machine,
        };
        properties["Serilog"] = new JsonObject { ["description"] = "The log; see Serilog's own documentation.", ["type"] = "object" };
        properties["$schema"] = new JsonObject { ["type"] = "string" };
        return Finish(root, "EdgeInspector settings");
    }

    private static string Finish(JsonObject root, string title)
    {
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        root.Insert(1, "title", title);
        return root.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n";
    }

    private JsonObject Block(Type block)
    {
        var properties = new JsonObject();
        object defaults = Activator.CreateInstance(block, nonPublic: true)!;
        foreach (PropertyInfo property in SettingProperties.Of(block))
        {
            JsonObject schema = Value(property.PropertyType, property);
            if (_summaries.Of(property) is { Length: > 0 } about)
                schema.Insert(0, "description", about.Replace("`", "", StringComparison.Ordinal));
            if (property.IsDefined(typeof(RenamedAttribute)))
                schema["deprecated"] = true;
            if (Default(property.GetValue(defaults)) is { } value)
                schema["default"] = value;
            properties[property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? property.Name] = schema;
        }
        return new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    private JsonObject Value(Type type, PropertyInfo? property)
    {
        if (SettingProperties.ElementOfList(type) is { } element)
            return new JsonObject { ["type"] = "array", ["items"] = Value(element, null) };
        if (SettingProperties.ElementOfMap(type) is { } named)
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Nullable(Value(named, null)) };
        if (!SettingValue.IsSingle(type))
            return Nullable(Block(type));
        Type plain = System.Nullable.GetUnderlyingType(type) ?? type;
        JsonObject schema = plain switch
        {
            _ when plain == typeof(bool) => new() { ["type"] = "boolean" },
            _ when plain == typeof(string) => new() { ["type"] = "string" },
            _ when plain == typeof(TimeSpan) => new()
            {
                ["type"] = "string",
                ["pattern"] = @"^(0|[0-9.]+ ?(ms|s|m|h|d)|([0-9]+\.)?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?)$",
            },
            _ when plain.IsEnum => new() { ["enum"] = new JsonArray([.. Enum.GetNames(plain).Select(name => JsonValue.Create(name))]) },
            _ => new() { ["type"] = plain == typeof(double) || plain == typeof(float) || plain == typeof(decimal) ? "number" : "integer" },
        };
        if (property is not null)
            Limit(schema, property);
        return System.Nullable.GetUnderlyingType(type) is null && (property is null || type != typeof(string)) ? schema : Nullable(schema);
    }

    private static void Limit(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonValue.Create((string?)value))]);
        if (property.GetCustomAttribute<StringLengthAttribute>() is { } length)
        {
            schema["maxLength"] = length.MaximumLength;
            if (length.MinimumLength > 0)
                schema["minLength"] = length.MinimumLength;
        }
        if (property.GetCustomAttribute<RangeAttribute>() is { } range && range.OperandType != typeof(TimeSpan))
        {
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = JsonValue.Create(
                Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture));
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = JsonValue.Create(
                Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>JSON's null means the default everywhere.</summary>
    private static JsonObject Nullable(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
            schema["type"] = new JsonArray(type.GetValue<string>(), "null");
        if (schema["enum"] is JsonArray choices)
            choices.Add(null);
        return schema;
    }

    private static JsonNode? Default(object? value) => value switch
    {
        string text => text,
        bool truth => truth,
        TimeSpan duration => Duration.Format(duration),
        Enum choice => choice.ToString(),
        int or long or double or float => JsonValue.Create(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        _ => null,
    };
}
