using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Describing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.Metrics;

/// <summary><c>GET /metrics</c>: the agent's figures as Prometheus reads them, with the key where there is one.</summary>
/// <param name="metrics">The figures.</param>
/// <param name="key">Whether a caller may call.</param>
internal sealed class FiguresCalls(AgentMetrics metrics, CallKey key)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        IApplicationBuilder branch = routes.CreateApplicationBuilder();
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(metrics.Provider, _ => true, null, null, null);
        RequestDelegate write = branch.Build();
        routes.MapGet("/metrics", IResult (HttpRequest call) => key.Refusal(call) is { } unknown
                ? Answers.Refused(unknown)
                : new Figures(write))
            .Described(
                "Figures", "The agent", "What are its figures, for Prometheus?",
                "In the text form of Prometheus, or of OpenMetrics where it is asked for.")
            .AsksForKey()
            .Gives<string>(200, "The figures.", "text/plain");
    }

    private sealed class Figures(RequestDelegate write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => write(httpContext);
    }
}
