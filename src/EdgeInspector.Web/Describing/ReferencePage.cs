using System.Net;
using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Console.Sessions;
using EdgeInspector.Web.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace EdgeInspector.Web.Describing;

/// <summary>
/// <c>GET /reference</c>: the document for people, as a page without a script and without a file from anywhere. Its lines can be run as
/// they stand; where a key is set, with names of stations only for those who know it or may look at the console.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="names">What stands in examples.</param>
/// <param name="key">Whether a caller may call.</param>
internal sealed class ReferencePage(HttpOptions options, ExampleNames names, CallKey key)
{
    private const string Style = """

        :root { color-scheme: light dark;
          --paper: #eef1f4; --card: #fff; --ink: #1a242e; --faint: #48545f; --line: #c3cbd3; --link: #0b5394 }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #121a22; --card: #1c2731; --ink: #e9eef3; --faint: #b2bec9; --line: #3b4955; --link: #7db7ee }
        }
        body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--paper); color: var(--ink);
          font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif }
        section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; margin: 1rem 0 }
        a { color: var(--link) }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: .25rem; padding: .5rem;
          user-select: all }
        table { border-collapse: collapse; width: 100%; table-layout: fixed }
        th, td { text-align: left; vertical-align: top; padding: .25rem .5rem .25rem 0; border-top: 1px solid var(--line);
          overflow-wrap: anywhere }
        th { font-weight: 600; color: var(--faint) }
        th:first-child { width: 28% }

        """;

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/reference", (Delegate)AnswerAsync).ExcludeFromDescription();

    private async Task<IResult> AnswerAsync(HttpContext call)
    {
        OpenApiDocument document = await call.RequestServices.GetRequiredKeyedService<IOpenApiDocumentProvider>(AgentDocument.Name)
            .GetOpenApiDocumentAsync(call.RequestAborted).ConfigureAwait(false);
        bool tellsNames = key.Refusal(call.Request) is null || call.User.May(Role.Look);
        string address = $"{call.Request.Scheme}://{call.Request.Host}{call.Request.PathBase}";
        var page = new StringBuilder();
        Begin(page, document, tellsNames);
        var line = new CurlLine(address, tellsNames ? names.Now() : ExampleNames.Withheld);
        foreach ((string path, IOpenApiPathItem item) in document.Paths)
            foreach ((HttpMethod method, OpenApiOperation operation) in item.Operations ?? [])
                Write(page, path, method, operation, line);
        foreach ((string name, IOpenApiSchema schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
            Write(page, name, schema);
        page.Append("</main></body></html>");
        call.Response.Headers.ContentSecurityPolicy = Policy;
        return Results.Text(page.ToString(), "text/html; charset=utf-8", Encoding.UTF8);
    }

    private void Begin(StringBuilder page, OpenApiDocument document, bool tellsNames)
    {
        page.Append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Calls of this agent</title>"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>").Append(Style).Append("</style></head>")
            .Append($"<body><main><h1>Calls of this agent</h1><p>{Text(document.Info.Description)} ")
            .Append($"EdgeInspector {Text(document.Info.Version)}. The same for programs: <a href=\"openapi/v1.json\">OpenAPI</a>.</p>")
            .Append($"<p>A click on a line selects it whole. Lines with a picture send <code>{CurlLine.Picture}</code> of the folder.");
        if (options.HasKey)
            page.Append(" Lines with a key take it from the shell: <code>KEY=…</code> first.");
        if (!tellsNames)
            page.Append(" PROJECT, ITERATION and STATION stand for your own; "
                + "whoever may look at the console, or sends the key, reads them here.");
        if (options.Tls.IsGiven)
            page.Append(" Where this machine does not know who signed the agent's certificate, add <code>--cacert FILE</code>.");
        page.Append("</p><nav aria-label=\"Calls\"><ul>");
        foreach ((string path, IOpenApiPathItem item) in document.Paths)
            foreach ((HttpMethod method, OpenApiOperation operation) in item.Operations ?? [])
                page.Append($"<li><a href=\"#{Text(operation.OperationId)}\">{method.Method} {Text(path)}</a></li>");
        page.Append("</ul></nav>");
    }

    private static void Write(StringBuilder page, string path, HttpMethod method, OpenApiOperation operation, CurlLine line)
    {
        page.Append($"<section id=\"{Text(operation.OperationId)}\"><h2>{Text(operation.Summary)}</h2>")
            .Append($"<p><code>{method.Method} {Text(path)}</code></p><p>{Text(operation.Description)} ")
            .Append(operation.Security is { Count: > 0 } ? "Asks for the key." : "").Append("</p>")
            .Append($"<pre><code>{Text(line.Write(path, method, operation))}</code></pre>");
        if (operation.Parameters is { Count: > 0 } || operation.RequestBody is not null)
        {
            page.Append("<h3>What is sent</h3>");
            Begin(page, "Where", "What");
            foreach (IOpenApiParameter place in operation.Parameters ?? [])
                Row(page, Text(place.Name), Text(place.Description));
            foreach ((string type, OpenApiMediaType body) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
                Row(page, $"body, {Text(type)}", $"{Text(operation.RequestBody!.Description)} {Shape(body.Schema)}");
            page.Append("</tbody></table>");
        }
        page.Append("<h3>What is answered</h3>");
        Begin(page, "Status", "What");
        foreach ((string status, IOpenApiResponse answer) in operation.Responses ?? [])
            Row(page, Text(status), $"{Text(answer.Description)} {Shape(answer.Content?.Values.FirstOrDefault()?.Schema)}");
        page.Append("</tbody></table></section>");
    }

    private static void Write(StringBuilder page, string name, IOpenApiSchema schema)
    {
        SchemaLine[] lines = [.. SchemaTable.Of(schema)];
        page.Append($"<section id=\"schema-{Text(name)}\"><h2>{Text(name)}</h2><p>{Text(schema.Description)}</p>");
        if (lines.Length > 0)
        {
            Begin(page, "Field", "Type", "What");
            foreach (SchemaLine line in lines)
                Row(page, $"<code>{Text(line.Field)}</code>", Text(line.Type), Text(line.Meaning));
            page.Append("</tbody></table>");
        }
        page.Append("</section>");
    }

    /// <summary>Where a body's schema stands on the page, or what it is.</summary>
    private static string Shape(IOpenApiSchema? schema) => schema switch
    {
        null => "",
        OpenApiSchemaReference { Reference.Id: { } name } => $"<a href=\"#schema-{Text(name)}\">{Text(name)}</a>",
        { AnyOf: { Count: > 0 } either } => string.Join(" or ", either.Select(Shape)),
        { Properties: { Count: > 0 } fields } => $"With {string.Join(", ", fields.Keys.Select(field => $"<code>{Text(field)}</code>"))}.",
        _ => "",
    };

    private static void Begin(StringBuilder page, params string[] heads)
    {
        page.Append("<table><thead><tr>");
        foreach (string head in heads)
            page.Append($"<th scope=\"col\">{head}</th>");
        page.Append("</tr></thead><tbody>");
    }

    private static void Row(StringBuilder page, params string[] cells)
    {
        page.Append("<tr>");
        foreach (string cell in cells)
            page.Append($"<td>{cell}</td>");
        page.Append("</tr>");
    }

    private static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");
}
