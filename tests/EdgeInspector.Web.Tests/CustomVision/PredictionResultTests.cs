using System.Text.Json;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Web.CustomVision;
using EdgeInspector.Web.Predicting;

namespace EdgeInspector.Web.Tests.CustomVision;

public sealed class PredictionResultTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 29, 16, 30, 0, TimeSpan.FromHours(1));

    private static readonly ModelIdentity Model = new("m", new string('a', 64), "i", ModelKind.Detector, ["dent"], "cpu");

    private static readonly PictureAnswer Answer = new(
        Model, [new Prediction("dent", 0.75f, new BoundingBox(0.1f, 0.2f, 0.3f, 0.4f)), new Prediction("ok", 0.25f)], null);

    [Fact]
    public void An_answer_has_the_fields_that_clients_of_Custom_Vision_read()
    {
        const string Project = "8f1b6b9e-7c55-4f0a-9a52-3f0f3a8c1234";
        JsonElement json = Json(PredictionResult.Of(Answer, Guid.NewGuid(), Project, At));
        Assert.Equal(["id", "project", "iteration", "created", "predictions"], json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(Project, json.GetProperty("project").GetString());
        Assert.Equal("2026-11-29T15:30:00Z", json.GetProperty("created").GetString());
        JsonElement dent = json.GetProperty("predictions")[0];
        Assert.Equal(
            (0.75, "dent", "Regular"),
            (
                dent.GetProperty("probability").GetDouble(), dent.GetProperty("tagName").GetString(),
                dent.GetProperty("tagType").GetString()));
        Assert.Equal(0.3, dent.GetProperty("boundingBox").GetProperty("width").GetDouble(), 6);
        Assert.False(json.GetProperty("predictions")[1].TryGetProperty("boundingBox", out _));
        foreach (JsonElement id in new[] { json.GetProperty("id"), json.GetProperty("iteration"), dent.GetProperty("tagId") })
            Assert.True(Guid.TryParse(id.GetString(), out _));
    }

    [Fact]
    public void Ids_made_from_names_are_the_same_for_ever()
    {
        PredictionResult one = PredictionResult.Of(Answer, Guid.NewGuid(), "weld", At);
        PredictionResult other = PredictionResult.Of(Answer, Guid.NewGuid(), "weld", At);
        Assert.Equal((one.Project, one.Iteration), (other.Project, other.Iteration));
        Assert.Equal(one.Predictions, other.Predictions);
        Assert.NotEqual(one.Id, other.Id);
        Assert.NotEqual(one.Project, PredictionResult.Of(Answer, Guid.NewGuid(), "other", At).Project);
    }

    [Fact]
    public void The_container_s_answer_has_empty_ids()
    {
        PredictionResult result = PredictionResult.OfContainer(Answer, At);
        Assert.Equal(("", "", "", ""), (result.Id, result.Project, result.Iteration, result.Predictions[0].TagId));
    }

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, JsonSerializerOptions.Web);
}
