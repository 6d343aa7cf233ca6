using System.Text;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace EdgeInspector.Web.Describing;

/// <summary>
/// Schemas of the contract with consumers (<c>deploy/contracts</c>), which lie in the assembly: OpenAPI 3.1 writes schemas as they are, so
/// that the same file tells callers and consumers what a part's event holds.
/// </summary>
internal static class ContractSchemas
{
    /// <summary>A part's event: a verdict, or what became of a challenge part.</summary>
    public static IOpenApiSchema PartEvent(OpenApiDocument document) => new OpenApiSchema
    {
        AnyOf = [Named(document, "VerdictEvent", "event-verdict"), Named(document, "ChallengeEvent", "event-challenge")],
    };

    /// <summary>A trigger.</summary>
    public static IOpenApiSchema Trigger(OpenApiDocument document) => Named(document, "Trigger", "trigger");

    private static OpenApiSchemaReference Named(OpenApiDocument document, string name, string file)
    {
        if (document.Components?.Schemas?.ContainsKey(name) != true)
            document.AddComponent(name, Read(file));
        return new OpenApiSchemaReference(name, document);
    }

    private static OpenApiSchema Read(string file)
    {
        using Stream from = typeof(ContractSchemas).Assembly.GetManifestResourceStream($"contracts/{file}.schema.json")!;
        using var text = new StreamReader(from, Encoding.UTF8);
        OpenApiSchema? schema = OpenApiModelFactory.Parse<OpenApiSchema>(
            text.ReadToEnd(), OpenApiSpecVersion.OpenApi3_1, new OpenApiDocument(), out _, OpenApiConstants.Json);
        return schema ?? throw new InvalidOperationException($"{file}.schema.json is no schema.");
    }
}
