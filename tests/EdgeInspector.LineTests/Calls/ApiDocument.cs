using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;

namespace EdgeInspector.LineTests.Calls;

/// <summary>The agent's description of its calls, and what is held against it.</summary>
/// <param name="root">The whole document.</param>
internal sealed partial class ApiDocument(JsonObject root)
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    /// <summary>One call.</summary>
    public sealed record Operation(string Method, string Path, JsonObject Told)
    {
        public JsonObject Responses => Told["responses"]!.AsObject();

        public bool AsksForKey => Told["security"] is JsonArray { Count: > 0 };
    }

    /// <summary>All calls.</summary>
    public IReadOnlyList<Operation> Operations { get; } =
    [
        .. root["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(one => new Operation(one.Key.ToUpperInvariant(), path.Key, one.Value!.AsObject()))),
    ];

    public JsonObject Root => root;

    /// <summary>Reads it from an agent.</summary>
    public static async Task<ApiDocument> ReadAsync(HttpClient client, Uri address)
    {
        string text = await client.GetStringAsync(new Uri(address, "openapi/v1.json"), TestContext.Current.CancellationToken);
        return new ApiDocument(JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>What OpenAPI 3.1 forbids or misses here.</summary>
    public IEnumerable<string> Faults()
    {
        if (!root["openapi"]!.GetValue<string>().StartsWith("3.1.", StringComparison.Ordinal))
            yield return "it is not OpenAPI 3.1";
        if (root["info"]?["title"] is null || root["info"]?["version"] is null)
            yield return "it has no title or version";
        foreach (IGrouping<string?, Operation> same in Operations.GroupBy(one => one.Told["operationId"]?.GetValue<string>()))
            if (same.Key is null || same.Count() > 1)
                yield return $"{same.Count()} calls are named {same.Key}";
        foreach (string reference in References(root).Where(reference => Find(reference) is null))
            yield return $"{reference} leads nowhere";
        foreach (Operation call in Operations)
            foreach (string fault in Faults(call))
                yield return $"{call.Method} {call.Path}: {fault}";
    }

    /// <summary>What is wrong with an answer, or null; stricter than a caller may be: a field that is not described is a fault.</summary>
    public string? FaultOf(JsonNode? schema, string json)
    {
        EvaluationResults results = JsonSchema.FromText(Inline(schema!).ToJsonString())
            .Evaluate(JsonDocument.Parse(json).RootElement, Options);
        IEnumerable<string> faults = (results.Details ?? []).Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"));
        return results.IsValid ? null : $"{json}: {string.Join("; ", faults)}";
    }

    private IEnumerable<string> Faults(Operation call)
    {
        if (string.IsNullOrWhiteSpace(call.Told["summary"]?.GetValue<string>()))
            yield return "it has no summary";
        string[] places = [.. Places().Matches(call.Path).Select(place => place.Groups[1].Value).Order(StringComparer.Ordinal)];
        JsonObject[] told = [.. (call.Told["parameters"]?.AsArray() ?? []).Select(one => one!.AsObject())];
        if (!places.SequenceEqual(told.Where(one => one["in"]!.GetValue<string>() == "path").Select(one => one["name"]!.GetValue<string>())
            .Order(StringComparer.Ordinal)))
            yield return "its parameters are not those of its path";
        if (told.Any(one => one["required"]?.GetValue<bool>() != true || one["schema"] is null))
            yield return "a parameter of the path is not required, or has no schema";
        if (call.Responses.Count == 0 || call.Responses.Any(answer => !IsSentence(answer.Value!["description"])))
            yield return "an answer is not described in a sentence";
        if (call.Told["requestBody"] is { } body && body["content"] is not JsonObject { Count: > 0 })
            yield return "its body has no content";
        foreach (string scheme in (call.Told["security"]?.AsArray() ?? []).SelectMany(one => one!.AsObject().Select(pair => pair.Key)))
            if (root["components"]?["securitySchemes"]?[scheme] is null)
                yield return $"there is no way {scheme} to say a key";
    }

    // "Bad Request" says nothing that the status does not say.
    private static bool IsSentence(JsonNode? description) => description?.GetValue<string>().EndsWith('.') == true;

    private JsonNode? Find(string reference) => reference.Split('/').Skip(1).Aggregate((JsonNode?)root, (node, step) => node?[step]);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue value }
            ? [value.GetValue<string>()]
            : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private JsonNode Inline(JsonNode node)
    {
        switch (node)
        {
            case JsonObject schema when schema["$ref"] is { } reference:
                return Inline(Find(reference.GetValue<string>())!);
            case JsonObject schema:
                var copy = new JsonObject(schema.Where(pair => pair.Key is not ("example" or "examples"))
                    .Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Inline(pair.Value))));
                if (copy["properties"] is JsonObject && copy["type"] is JsonValue && !copy.ContainsKey("additionalProperties"))
                    copy["additionalProperties"] = false;
                return copy;
            case JsonArray list:
                return new JsonArray([.. list.Select(item => item is null ? null : Inline(item))]);
            default:
                return node.DeepClone();
        }
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Places();
}
