using System.Text.Json.Serialization;
using EdgeInspector.Web.Calling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace EdgeInspector.Web.Describing;

/// <summary>
/// <c>GET /openapi/v1.json</c>: the calls that this agent answers under its settings, as OpenAPI 3.1. It asks for no key, as it tells what
/// the documentation tells; names of stations stand in it only where no key is set.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="version">The agent's version.</param>
/// <param name="names">What stands in examples.</param>
internal sealed class AgentDocument(HttpOptions options, string version, ExampleNames names)
{
    /// <summary>The document's name, part of its address.</summary>
    public const string Name = "v1";

    private const string ByHeader = "predictionKey", ByBearer = "bearer";

    /// <summary>Adds what writes the document.</summary>
    public void Add(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            // These options write no answer: they say that a number is a number and never a text.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi(Name, document =>
        {
            document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            document.AddSchemaTransformer(Require);
            document.AddOperationTransformer(Complete);
            document.AddDocumentTransformer(Introduce);
        });
    }

    /// <summary>Serves it.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");

    /// <summary>Whatever is not left out when it is nothing is always there.</summary>
    private static Task Require(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken stop)
    {
        if (schema.Properties is not { Count: > 0 } || context.JsonTypeInfo.Type.Assembly != typeof(AgentDocument).Assembly)
            return Task.CompletedTask;
        schema.Required = context.JsonTypeInfo.Properties
            .Where(property => property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), true) != true)
            .Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
        return Task.CompletedTask;
    }

    /// <summary>Adds what is alike for all calls: the key, what may stand in the path, and refusals that any call may meet.</summary>
    private async Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken stop)
    {
        OpenApiSchema refusal = await context.GetOrCreateSchemaAsync(typeof(Refusal), null, stop).ConfigureAwait(false);
        OpenApiDocument document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(nameof(Refusal)) != true)
            document.AddComponent(nameof(Refusal), refusal);
        operation.Responses ??= [];
        IList<object> marks = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (ProducesResponseTypeMetadata told in marks.OfType<ProducesResponseTypeMetadata>())
            if (operation.Responses.TryGetValue($"{told.StatusCode}", out IOpenApiResponse? answer))
                answer.Description = told.Description;
        if (options.HasKey && marks.OfType<AsksForKey>().Any())
        {
            operation.Security =
            [
                new() { [new OpenApiSecuritySchemeReference(ByHeader, document)] = [] },
                new() { [new OpenApiSecuritySchemeReference(ByBearer, document)] = [] },
            ];
            operation.Responses["401"] = Refused(document, "There is no key, or it is wrong.");
            operation.Responses.TryAdd("503", Refused(document, "The agent can't read its key."));
        }
        operation.Responses["default"] = Refused(
            document, "Any other refusal: 403 for a page of another site or a name that is not the agent's, 500 for a fault of the agent.");
    }

    private Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken stop)
    {
        document.Info = new OpenApiInfo
        {
            Title = "EdgeInspector",
            Version = version,
            Description = "The calls that this agent answers under its settings. Refusals are {\"code\", \"message\"}: "
                + "the code for programs, the message for people.",
        };
        IReadOnlyDictionary<string, string> examples = options.HasKey ? ExampleNames.Withheld : names.Now();
        foreach (OpenApiOperation operation in document.Paths.Values.SelectMany(path => path.Operations?.Values.ToArray() ?? []))
        {
            foreach (OpenApiParameter place in (operation.Parameters ?? []).OfType<OpenApiParameter>())
                place.Example = examples.GetValueOrDefault(place.Name!);
            KeyValuePair<string, IOpenApiResponse>[] answers = [.. operation.Responses ?? []];
            operation.Responses = [];
            foreach ((string status, IOpenApiResponse answer) in answers.OrderBy(one => one.Key, StringComparer.Ordinal))
                operation.Responses.Add(status, answer);
        }
        if (options.HasKey)
            AddKey(document);
        return Task.CompletedTask;
    }

    private static void AddKey(OpenApiDocument document)
    {
        document.AddComponent<IOpenApiSecurityScheme>(ByHeader, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = CallKey.Header,
            Description = "The key of this agent, as clients of Custom Vision send it.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(ByBearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The same key, as Authorization: Bearer.",
        });
    }

    private static OpenApiResponse Refused(OpenApiDocument document, string meaning) => new()
    {
        Description = meaning,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(nameof(Refusal), document) },
        },
    };
}
