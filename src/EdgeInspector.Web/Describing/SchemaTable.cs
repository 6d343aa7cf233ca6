using Microsoft.OpenApi;

namespace EdgeInspector.Web.Describing;

/// <summary>One line of a schema's table.</summary>
/// <param name="Field">Where it stands, such as <c>predictions[].tagName</c>.</param>
/// <param name="Type">What it is.</param>
/// <param name="Meaning">What it says.</param>
internal readonly record struct SchemaLine(string Field, string Type, string Meaning);

/// <summary>A schema as a table for people.</summary>
internal static class SchemaTable
{
    private const int Deepest = 4;

    /// <summary>All fields, those of inner things after their own.</summary>
    public static IEnumerable<SchemaLine> Of(IOpenApiSchema schema, string before = "", int depth = 0)
    {
        if (depth > Deepest)
            yield break;
        foreach ((string name, IOpenApiSchema field) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            string path = before + name;
            string end = schema.Required?.Contains(name) == true ? "" : ", or left out";
            yield return new(path, TypeOf(field) + end, field.Description ?? "");
            foreach (SchemaLine inner in field.Items is { } items ? Of(items, $"{path}[].", depth + 1) : Of(field, $"{path}.", depth + 1))
                yield return inner;
        }
    }

    /// <summary>What something is, in a few words.</summary>
    public static string TypeOf(IOpenApiSchema schema)
    {
        if (schema.Const is { } word)
            return word;
        if (schema.Enum is { Count: > 0 } words)
            return string.Join(" | ", words.Select(one => one?.ToString() ?? "null"));
        if (schema.AnyOf is { Count: > 0 } either)
            return string.Join(" | ", either.Select(TypeOf));
        string type = schema.Type is { } types
            ? string.Join(" | ", Enum.GetValues<JsonSchemaType>().Where(one => types.HasFlag(one)).Select(Word))
            : "anything";
        return schema.Format is { } format ? $"{type} ({format})" : type;
    }

#pragma warning disable CA1308 // JSON Schema writes its words in small letters.
    private static string Word(JsonSchemaType type) => type.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
