using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Describing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web;

/// <summary>
/// <c>GET /health/live</c>: 200 while the agent makes progress, so that nobody need start it anew. <c>GET /health/ready</c>: 200 while
/// every station is online, else 503 with what is wrong. <c>HEAD</c> too. Without a key: nothing is told that <c>state</c> does not tell.
/// </summary>
/// <param name="makesProgress">False when a station hangs.</param>
/// <param name="complaints">What is wrong, a sentence each.</param>
internal sealed class HealthCalls(Func<bool> makesProgress, Func<IReadOnlyList<string>> complaints)
{
    private const string NoKey = "Asks for no key.";

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string method in new[] { HttpMethods.Get, HttpMethods.Head })
        {
            bool isHead = method == HttpMethods.Head;
            string end = isHead ? ", by the status alone" : "";
            routes.MapMethods("/health/live", [method], Live)
                .Described(isHead ? "LiveHead" : "Live", "The agent", $"Does it make progress{end}?", $"Not while a station hangs. {NoKey}")
                .Gives<HealthReport>(200, "It makes progress.").Gives<HealthReport>(503, "A station hangs.");
            routes.MapMethods("/health/ready", [method], Ready)
                .Described(isHead ? "ReadyHead" : "Ready", "The agent", $"Is every station online{end}?", NoKey)
                .Gives<HealthReport>(200, "Every station is online.").Gives<HealthReport>(503, "Something is wrong.");
        }
    }

    private IResult Live() => makesProgress()
        ? Answers.Of(new HealthReport("live", []))
        : Answers.Of(new HealthReport("hangs", complaints()), 503);

    private IResult Ready() => complaints() is { Count: > 0 } wrong
        ? Answers.Of(new HealthReport("degraded", wrong), 503)
        : Answers.Of(new HealthReport("ready", []));
}

/// <summary>How the agent is.</summary>
/// <param name="Status"><c>live</c> or <c>hangs</c>; <c>ready</c> or <c>degraded</c>.</param>
/// <param name="Complaints">What is wrong, a sentence each.</param>
internal sealed record HealthReport(string Status, IReadOnlyList<string> Complaints);
