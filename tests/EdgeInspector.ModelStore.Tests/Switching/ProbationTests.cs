using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Switching;

namespace EdgeInspector.ModelStore.Tests.Switching;

public sealed class ProbationTests
{
    private const string Package = "new";

    private static InspectedPart Part(VerdictKind kind, NoneReason reason = NoneReason.NotNone, string? judgedBy = Package) => new()
    {
        Id = Guid.NewGuid(),
        Station = "s1",
        Part = "P1",
        Sequence = 1,
        TriggeredAt = default,
        VerdictAt = default,
        Verdict = new Verdict(kind, reason, null, null, 0),
        Action = GateAction.Pass,
        Signal = SignalOutcome.Sent,
        Predictions = [],
        Model = judgedBy is null ? null : new ModelIdentity(judgedBy, judgedBy, null, ModelKind.Classifier, [], "cpu"),
        TriggerToSignal = default,
    };

    [Theory]
    [InlineData(NoneReason.Model)]
    [InlineData(NoneReason.Deadline)]
    [InlineData(NoneReason.Overload)]
    public void More_errors_than_are_allowed_end_it_at_once(NoneReason reason)
    {
        var probation = new Probation(Package, new ProbationOptions { Parts = 10, Errors = 1 });
        Assert.Null(probation.Add(Part(VerdictKind.None, reason, judgedBy: null)));
        ProbationResult over = probation.Add(Part(VerdictKind.None, reason, judgedBy: null))!;
        Assert.False(over.IsGood);
        Assert.Contains("2 of the first 2 parts got no verdict in time (1 may)", over.Why, StringComparison.Ordinal);
        Assert.Null(probation.Add(Part(VerdictKind.None, reason, judgedBy: null)));
    }

    [Fact]
    public void What_the_camera_or_the_model_before_has_done_does_not_count()
    {
        var probation = new Probation(Package, new ProbationOptions { Parts = 1, Errors = 0 });
        Assert.Null(probation.Add(Part(VerdictKind.None, NoneReason.Camera, judgedBy: null)));
        Assert.Null(probation.Add(Part(VerdictKind.None, NoneReason.Deadline, judgedBy: "old")));
        Assert.True(probation.Add(Part(VerdictKind.Pass))!.IsGood);
    }

    [Fact]
    public void It_ends_as_soon_as_nothing_that_follows_could_bring_the_rejects_back_into_the_corridor()
    {
        var tooMany = new Probation(Package, new ProbationOptions { Parts = 10, HighestRejectRate = 0.2 });
        Assert.Null(tooMany.Add(Part(VerdictKind.Reject)));
        Assert.Null(tooMany.Add(Part(VerdictKind.Reject)));
        Assert.Contains("more than 0.2 of 10", tooMany.Add(Part(VerdictKind.Reject))!.Why, StringComparison.Ordinal);
        var tooFew = new Probation(Package, new ProbationOptions { Parts = 3, LowestRejectRate = 0.5 });
        Assert.Null(tooFew.Add(Part(VerdictKind.Pass)));
        Assert.Contains("fewer than 0.5 of 3", tooFew.Add(Part(VerdictKind.Pass))!.Why, StringComparison.Ordinal);
    }
}
