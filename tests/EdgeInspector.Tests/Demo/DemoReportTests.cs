using System.Text.Json;
using EdgeInspector.Demo;
using EdgeInspector.Reporting;

namespace EdgeInspector.Tests.Demo;

public sealed class DemoReportTests
{
    private static readonly DemoReport Complete = new(
        10,
        new VerdictCounts(7, 3, 0, 0),
        new TruthCounts(3, 0, 7, 0),
        new SignalCounts(10, 10),
        new EventCounts(10, 10, 10),
        new ImageCounts(3, 3),
        new LatencyReport(new Percentiles(20, 30, 31), new Percentiles(15, 25, 26)));

    [Fact]
    public void A_run_is_complete_when_everything_arrived() => Assert.True(Complete.IsComplete);

    public static TheoryData<string> Gaps => ["verdict", "none", "signal", "event", "image", "reject"];

    [Theory]
    [MemberData(nameof(Gaps))]
    public void A_run_with_a_gap_is_not_complete(string gap)
    {
        DemoReport report = gap switch
        {
            "verdict" => Complete with { Triggers = 11, Signals = new(11, 11), Events = new(11, 11, 11) },
            "none" => Complete with { Verdicts = new(6, 3, 0, 1) },
            "signal" => Complete with { Signals = new(10, 9) },
            "event" => Complete with { Events = new(10, 10, 9) },
            "image" => Complete with { Images = new(3, 2) },
            _ => Complete with { Images = new(2, 2) },
        };
        Assert.False(report.IsComplete);
    }

    [Fact]
    public void The_report_has_the_fields_that_others_read()
    {
        using JsonDocument json = JsonDocument.Parse(Complete.ToJson());
        JsonElement root = json.RootElement;
        Assert.Equal(10, root.GetProperty("triggers").GetInt64());
        Assert.Equal(3, root.GetProperty("verdicts").GetProperty("reject").GetInt64());
        Assert.Equal(3, root.GetProperty("truth").GetProperty("truePositive").GetInt64());
        Assert.Equal(10, root.GetProperty("events").GetProperty("journalled").GetInt64());
        Assert.Equal(30, root.GetProperty("latencyMs").GetProperty("triggerToSignal").GetProperty("p99").GetDouble());
        Assert.Equal(15, root.GetProperty("latencyMs").GetProperty("inference").GetProperty("p50").GetDouble());
        Assert.Equal(
            ["triggers", "verdicts", "truth", "signals", "events", "images", "latencyMs"],
            root.EnumerateObject().Select(property => property.Name));
    }
}
