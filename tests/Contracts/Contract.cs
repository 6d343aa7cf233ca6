using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace EdgeInspector.Contracts;

/// <summary>
/// Holds messages against the schemas of <c>deploy/contracts</c>, more strictly than a consumer may: a field that a schema does not name
/// is a fault here, and so is a word that it does not list, so that nothing new is published which the contract does not tell of.
/// </summary>
internal static class Contract
{
    private const string Ending = ".schema.json";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "contracts", "schemas");
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };
    private static readonly Dictionary<string, JsonSchema> Strict = Names().ToDictionary(
        name => name, name => Build(Tighten(Load(name))), StringComparer.Ordinal);
    private static readonly Dictionary<string, JsonSchema> AsPublished = Names().ToDictionary(
        name => name, name => Build(Inline(Load(name))), StringComparer.Ordinal);

    /// <summary>The schemas' names, without the ending.</summary>
    public static IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateFiles(Folder, "*" + Ending).Select(path => Path.GetFileName(path)[..^Ending.Length]).Order()];

    /// <summary>The examples that a schema carries.</summary>
    public static IEnumerable<string> Examples(string name) =>
        Load(name)["examples"]?.AsArray().Select(example => example!.ToJsonString()) ?? [];

    /// <summary>What is wrong with a message, or null.</summary>
    /// <param name="topic">Where it was published.</param>
    /// <param name="payload">Its bytes; a picture's are not looked into.</param>
    public static string? FaultOf(string topic, ReadOnlySpan<byte> payload) => topic[(topic.LastIndexOf('/') + 1)..] switch
    {
        "image" => payload.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? null : "it is no JPEG",
        "bare" => FaultOf("signal-bare", Encoding.UTF8.GetString(payload)),
        "event" => FaultOfEvent(Encoding.UTF8.GetString(payload)),
        var kind => FaultOf(kind, Encoding.UTF8.GetString(payload)),
    };

    /// <summary>What is wrong with an event, or null.</summary>
    public static string? FaultOfEvent(string json)
    {
        string? kind = JsonNode.Parse(json)?["kind"]?.GetValue<string>();
        return kind switch
        {
            "eventsLost" or "imagesLost" => FaultOf("event-loss", json),
            "verdict" or "challenge" or "model" or "command" or "storm" or "reference" or "refused" => FaultOf($"event-{kind}", json),
            _ => $"the contract knows no event of kind '{kind}'",
        } ?? FaultOf("event", json, asPublished: true);
    }

    /// <summary>What is wrong with a JSON text, or null.</summary>
    /// <param name="name">The schema.</param>
    /// <param name="json">The text.</param>
    /// <param name="asPublished">True: as a consumer validates, who must bear what he does not know.</param>
    public static string? FaultOf(string name, string json, bool asPublished = false)
    {
        EvaluationResults results = (asPublished ? AsPublished : Strict)[name].Evaluate(JsonDocument.Parse(json).RootElement, Options);
        if (results.IsValid)
            return null;
        IEnumerable<string> faults = (results.Details ?? []).Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value} ({detail.EvaluationPath})"));
        return $"{name}: {string.Join("; ", faults)}: {json}";
    }

    private static JsonSchema Build(JsonNode schema) => JsonSchema.FromText(schema.ToJsonString());

    private static JsonObject Load(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + Ending)))!.AsObject();

    /// <summary>Puts the schemas that are referred to in the places of the references.</summary>
    private static JsonNode Inline(JsonNode node) => Rewrite(node, schema => schema);

    private static JsonNode Tighten(JsonNode node) => Rewrite(node, schema =>
    {
        if (schema["properties"] is JsonObject && schema["required"] is JsonArray && !schema.ContainsKey("additionalProperties")
            && !schema.ContainsKey("allOf"))
            schema["additionalProperties"] = false;
        // An open list of words: those that are listed, or any other text.
        if (schema["anyOf"] is JsonArray { Count: 2 } choice && choice[0]?["enum"] is not null && choice[1] is JsonObject { Count: 1 })
            choice.RemoveAt(1);
        return schema;
    });

    private static JsonNode Rewrite(JsonNode node, Func<JsonObject, JsonObject> change)
    {
        switch (node)
        {
            case JsonObject schema when schema["$ref"]?.GetValue<string>() is { } reference:
                JsonObject referred = Load(Path.GetFileName(reference)[..^Ending.Length]);
                referred.Remove("$schema");
                return Rewrite(referred, change);
            case JsonObject schema:
                var copy = new JsonObject(schema.Where(pair => pair.Key != "examples")
                    .Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Rewrite(pair.Value, change))));
                return change(copy);
            case JsonArray list:
                return new JsonArray([.. list.Select(item => item is null ? null : Rewrite(item, change))]);
            default:
                return node.DeepClone();
        }
    }
}
