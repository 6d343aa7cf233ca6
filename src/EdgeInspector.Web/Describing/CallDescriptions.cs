using System.Text.Json.Nodes;
using EdgeInspector.Web.Calling;
using EdgeInspector.Web.CustomVision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace EdgeInspector.Web.Describing;

/// <summary>
/// How a call is described where it is mapped. Bodies are told to the document alone: told to the routing, as by <c>Accepts</c>, it would
/// refuse callers with another content type, who are answered today.
/// </summary>
internal static class CallDescriptions
{
    private const string Json = "application/json";

    /// <summary>Names a call for people and for those who make clients.</summary>
    /// <param name="call">The call.</param>
    /// <param name="name">Its name in clients; the only one of this name.</param>
    /// <param name="group">Under which heading it stands.</param>
    /// <param name="summary">What it does, in some words.</param>
    /// <param name="description">What else a caller must know.</param>
    public static RouteHandlerBuilder Described(
        this RouteHandlerBuilder call, string name, string group, string summary, string description) =>
        call.WithName(name).WithTags(group).WithSummary(summary).WithDescription(description);

    /// <summary>The call asks for the key, where there is one.</summary>
    public static RouteHandlerBuilder AsksForKey(this RouteHandlerBuilder call) => call.WithMetadata(new AsksForKey());

    /// <summary>An answer.</summary>
    /// <typeparam name="T">What the answer holds.</typeparam>
    /// <param name="call">The call.</param>
    /// <param name="status">HTTP's status.</param>
    /// <param name="meaning">What the status means.</param>
    /// <param name="type">The answer's type.</param>
    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder call, int status, string meaning, string type = Json) =>
        call.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(T), [type]) { Description = meaning });

    /// <summary>A refusal.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder call, int status, string meaning) =>
        call.Gives<Refusal>(status, meaning);

    /// <summary>The answer is what a model says of a picture, and the refusals are those of pictures.</summary>
    public static RouteHandlerBuilder GivesPredictions(this RouteHandlerBuilder call) => call
        .Gives<PredictionResult>(200, "The predictions, the highest probability first.")
        .Refuses(400, "There is no picture that can be read, it is too large, or it may not be fetched.")
        .Refuses(429, "Others wait already; try again in a second (Retry-After).")
        .Refuses(503, "There is no model that could answer now.");

    /// <summary>The answer is a part's event, as the contract with consumers has it.</summary>
    public static RouteHandlerBuilder GivesEvent(this RouteHandlerBuilder call, string meaning) =>
        call.AddOpenApiOperationTransformer((operation, context, _) =>
        {
            var answer = new OpenApiResponse { Description = meaning, Content = new Dictionary<string, OpenApiMediaType>() };
            answer.Content[Json] = new OpenApiMediaType { Schema = ContractSchemas.PartEvent(context.Document!) };
            (operation.Responses ??= [])["200"] = answer;
            return Task.CompletedTask;
        });

    /// <summary>Says what stands at a place of the path.</summary>
    /// <param name="call">The call.</param>
    /// <param name="name">The place.</param>
    /// <param name="meaning">What stands there.</param>
    /// <param name="choices">The words that may stand there; none: any.</param>
    public static RouteHandlerBuilder Place(this RouteHandlerBuilder call, string name, string meaning, params string[] choices) =>
        call.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            if (operation.Parameters.FirstOrDefault(one => one.Name == name) is { } guessed)
                operation.Parameters.Remove(guessed);
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Path,
                Required = true,
                Description = meaning,
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = choices.Length == 0 ? null : [.. choices.Select(choice => (JsonNode)JsonValue.Create(choice))],
                },
            });
            return Task.CompletedTask;
        });

    /// <summary>The body is a picture file, or a form with one.</summary>
    public static RouteHandlerBuilder TakesPicture(this RouteHandlerBuilder call) => call.Takes(true, "A picture, such as a JPEG.", _ =>
    {
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "imageData" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["imageData"] = Bytes() },
        };
        return new() { ["application/octet-stream"] = new() { Schema = Bytes() }, ["multipart/form-data"] = new() { Schema = form } };
    });

    /// <summary>The body is a picture's address.</summary>
    public static RouteHandlerBuilder TakesAddress(this RouteHandlerBuilder call) => call.Takes(true, "Where the picture lies.", _ => new()
    {
        [Json] = new()
        {
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "url" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["url"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri" },
                },
            },
            Example = new JsonObject { ["url"] = "https://images.plant.example/part.jpg" },
        },
    });

    /// <summary>The body is a trigger, perhaps with the part's picture, or nothing.</summary>
    public static RouteHandlerBuilder TakesTrigger(this RouteHandlerBuilder call) => call.Takes(
        false, "The part's id, as JSON or as plain text, or a form with its picture; nothing for a part without an id.", document => new()
        {
            [Json] = new() { Schema = ContractSchemas.Trigger(document), Example = new JsonObject { ["part"] = "A-17" } },
            ["text/plain"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128 }, Example = "A-17" },
            ["multipart/form-data"] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["part"] = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128 },
                        ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 64 },
                        ["image"] = Bytes(),
                    },
                },
            },
        });

    private static RouteHandlerBuilder Takes(
        this RouteHandlerBuilder call, bool isNeeded, string meaning,
        Func<OpenApiDocument, Dictionary<string, OpenApiMediaType>> content) =>
        call.AddOpenApiOperationTransformer((operation, context, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = isNeeded,
                Description = meaning,
                Content = content(context.Document!),
            };
            return Task.CompletedTask;
        });

    private static OpenApiSchema Bytes() => new() { Type = JsonSchemaType.String, Format = "binary" };
}

/// <summary>Marks a call that asks for the key.</summary>
internal sealed record AsksForKey;
