using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.ModelStore.Proving;

namespace EdgeInspector.ModelStore.Tests.Proving;

public sealed class ScoringTests
{
    private static PackageTruth Truth(ModelKind kind, RuleOptions? rules, params string[] tags) =>
        new(new ModelIdentity("m", new string('0', 64), null, kind, tags, "cpu"), rules);

    private static LabelledPicture Shows(params string[] tags) => new("p", "p", "g", tags);

    [Fact]
    public void A_classifier_of_one_tag_is_right_by_its_highest_tag_and_as_likely_as_it_says()
    {
        var scoring = new Scoring(Truth(ModelKind.Classifier, null, "ok", "dent", "scratch"), isOneTag: true, isInParts: false);
        float[] says = [0.3f, 0.45f, 0.25f];
        Assert.True(scoring.IsRight(says, Shows("dent")));
        Assert.False(scoring.IsRight(says, Shows("ok")));
        Assert.True(scoring.IsRight(says, Shows("dent", "scratch")));
        Assert.Equal(Math.Log(0.45), scoring.LogLikelihood(says, Shows("dent")), 1e-6);
        Assert.Equal(Math.Log(0.7), scoring.LogLikelihood(says, Shows("dent", "scratch")), 1e-6);
        Assert.Equal(Math.Log(1e-6), scoring.LogLikelihood([1, 0, 0], Shows("dent")), 1e-6);
    }

    [Fact]
    public void A_detector_is_right_when_it_finds_the_tag_and_no_other_defect()
    {
        var rules = new RuleOptions { Threshold = 0.5, Rules = { ["scratch"] = new TagRuleOptions { Threshold = 0.2 } } };
        var scoring = new Scoring(Truth(ModelKind.Detector, rules, "ok", "dent", "scratch"), isOneTag: false, isInParts: true);
        Assert.True(scoring.IsRight([0.9f, 0.8f, 0.1f], Shows("dent"))); // the pass tag does not count
        Assert.False(scoring.IsRight([0, 0.8f, 0.3f], Shows("dent")));
        Assert.False(scoring.IsRight([0, 0.4f, 0.1f], Shows("dent")));
        Assert.True(scoring.IsRight([0, 0.4f, 0.1f], Shows()));
        Assert.True(scoring.IsRight([0, 0.4f, 0.1f], Shows("ok")));
        Assert.False(scoring.IsRight([0, 0.6f, 0.1f], Shows()));
        Assert.Equal(Math.Log(0.8 * 0.9), scoring.LogLikelihood([0.9f, 0.8f, 0.1f], Shows("dent")), 1e-6);
        Assert.Equal(Math.Log(0.2 * 0.9), scoring.LogLikelihood([0.9f, 0.8f, 0.1f], Shows()), 1e-6);
        Assert.Equal(Math.Log(1 - (0.2 * 0.9)), scoring.LogLikelihood([0, 0.8f, 0.1f], Shows("dent", "scratch")), 1e-6);
    }

    [Fact]
    public void A_classifier_of_several_tags_must_also_reach_the_threshold()
    {
        var scoring = new Scoring(Truth(ModelKind.Classifier, null, "dent"), isOneTag: false, isInParts: false);
        Assert.True(scoring.IsRight([0.6f], Shows("dent")));
        Assert.False(scoring.IsRight([0.4f], Shows("dent")));
        Assert.True(scoring.IsRight([0.4f], Shows()));
    }
}
