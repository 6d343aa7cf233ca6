using System.Text.Json;
using EdgeInspector.Inspecting;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Tests.Inspecting;

public sealed class InspectedImageTests
{
    [Fact]
    public void A_verdict_is_one_line_with_every_field()
    {
        PredictedTag found = PredictedTag.From(new Prediction("scratch", 0.93f, new BoundingBox(0.1f, 0.2f, 0.3f, 0.4f)));
        string line = new InspectedImage("ä/b.png", VerdictKind.Reject, "scratch 0.93 ≥ 0.50", [found], "abc", null, 8.25, null).ToJson();
        Assert.DoesNotContain('\n', line);
        using JsonDocument json = JsonDocument.Parse(line);
        Assert.Equal(
            ["image", "verdict", "reason", "predictions", "package", "iteration", "latencyMs"],
            json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("reject", json.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(0.3, json.RootElement.GetProperty("predictions")[0].GetProperty("boundingBox").GetProperty("width").GetDouble());
        Assert.StartsWith("{\"image\":\"ä/b.png\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifiers_tag_has_no_box()
    {
        using JsonDocument json = JsonDocument.Parse(
            new InspectedImage("a", VerdictKind.Pass, null, [PredictedTag.From(new Prediction("ok", 1))], "abc", "it", 1, null).ToJson());
        Assert.False(json.RootElement.GetProperty("predictions")[0].TryGetProperty("boundingBox", out _));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("reason").ValueKind);
    }

    [Fact]
    public void An_unreadable_image_is_its_name_and_an_error() =>
        Assert.Equal(
            """{"image":"a.png","error":"The file is empty."}""", InspectedImage.Unreadable("a.png", "The file is empty.").ToJson());
}
