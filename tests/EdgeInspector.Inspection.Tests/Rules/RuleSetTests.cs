using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Inspection.Tests.Rules;

public sealed class RuleSetTests
{
    private static readonly ModelIdentity Classifier = Model(ModelKind.Classifier, "ok", "scratch", "dent");
    private static readonly ModelIdentity Detector = Model(ModelKind.Detector, "scratch", "dent", "screw");

    private static ModelIdentity Model(ModelKind kind, params string[] tags) => new("test", new string('0', 64), null, kind, tags, "cpu");

    private static RuleSet Rules(RuleOptions options, ModelIdentity model)
    {
        RuleSet? rules = RuleSet.Create(options, model, out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        return rules!;
    }

    private static Verdict Judge(RuleOptions options, ModelIdentity model, params Prediction[] predictions) =>
        Rules(options, model).JudgePicture(predictions);

    private static List<Prediction> Tile(float left, float ok, float scratch, float dent = 0) =>
        [.. new (string Tag, float Probability)[] { ("ok", ok), ("scratch", scratch), ("dent", dent) }.Select(
            p => new Prediction(p.Tag, p.Probability, new BoundingBox(left, 0, 0.25f, 1)))];

    [Theory]
    [InlineData(0.7f, 0.6f, VerdictKind.Reject, 0.25f, "scratch")]
    [InlineData(0.6f, 0.9f, VerdictKind.Reject, 0.5f, "dent")]
    public void Of_a_classifiers_tiles_the_one_with_the_surest_defect_decides_and_is_told(
        float scratch, float dent, VerdictKind kind, float left, string tag)
    {
        List<Prediction> tiles =
            [.. Tile(0, 0.99f, 0), .. Tile(0.25f, 0.1f, scratch), .. Tile(0.5f, 0.1f, 0, dent), .. Tile(0.75f, 0.98f, 0)];
        Verdict verdict = Rules(new(), Classifier).JudgePart(tiles);
        Assert.Equal((kind, tag), (verdict.Kind, verdict.Tag));
        Assert.Equal(3, tiles.Count);
        Assert.All(tiles, prediction => Assert.Equal(left, prediction.BoundingBox!.Value.Left));
    }

    [Fact]
    public void A_part_passes_only_if_each_of_its_tiles_does_and_the_weakest_is_told()
    {
        List<Prediction> good = [.. Tile(0, 0.99f, 0), .. Tile(0.25f, 0.8f, 0.1f), .. Tile(0.5f, 0.9f, 0)];
        Verdict verdict = Rules(new(), Classifier).JudgePart(good);
        Assert.Equal((VerdictKind.Pass, 0.8f), (verdict.Kind, verdict.Probability));
        Assert.Equal(0.25f, good[0].BoundingBox!.Value.Left);
        // In one of them nothing speaks for the part.
        List<Prediction> doubtful = [.. Tile(0, 0.99f, 0), .. Tile(0.25f, 0.4f, 0.3f, 0.3f), .. Tile(0.5f, 0.9f, 0)];
        Assert.Equal(VerdictKind.Review, Rules(new(), Classifier).JudgePart(doubtful).Kind);
    }

    [Fact]
    public void Boxes_of_a_detector_are_judged_together_wherever_they_lie()
    {
        List<Prediction> boxes = [Box("dent", 0.9f), Box("dent", 0.6f, 0.2f)];
        var options = new RuleOptions { Rules = new() { ["dent"] = new TagRuleOptions { RejectAtCount = 2 } } };
        Assert.Equal(VerdictKind.Reject, Rules(options, Detector).JudgePart(boxes).Kind);
        Assert.Equal(2, boxes.Count);
    }

    private static Prediction Box(string tag, float probability, float side = 0.1f) =>
        new(tag, probability, new BoundingBox(0.1f, 0.1f, side, side));

    [Theory]
    [InlineData(0.5f, VerdictKind.Reject)]
    [InlineData(0.49f, VerdictKind.Review)] // neither the defect nor the pass tag reaches its threshold
    public void A_defect_rejects_from_one_half_unless_told_otherwise(float scratch, VerdictKind expected)
    {
        Verdict verdict = Judge(new(), Classifier, new("scratch", scratch), new("ok", 0.45f));
        Assert.Equal(expected, verdict.Kind);
    }

    [Fact]
    public void A_threshold_of_its_own_decides_for_its_tag_only()
    {
        var options = new RuleOptions { Rules = new() { ["scratch"] = new() { Threshold = 0.2 } } };
        Assert.Equal("scratch", Judge(options, Classifier, new("ok", 0.78f), new("scratch", 0.2f)).Tag);
        Assert.Equal(VerdictKind.Pass, Judge(options, Classifier, new("ok", 0.78f), new("dent", 0.22f)).Kind);
    }

    [Fact]
    public void A_threshold_written_in_decimal_is_reached_by_the_same_number_of_the_model()
    {
        var options = new RuleOptions { Threshold = 0.7 };
        Assert.Equal(VerdictKind.Reject, Judge(options, Classifier, new Prediction("scratch", 0.7f)).Kind);
    }

    [Theory]
    [InlineData(0.61f, VerdictKind.Reject)]
    [InlineData(0.55f, VerdictKind.Review)]
    [InlineData(0.41f, VerdictKind.Review)]
    [InlineData(0.35f, VerdictKind.Pass)]
    public void A_probability_inside_the_uncertain_band_asks_for_a_review(float scratch, VerdictKind expected)
    {
        var options = new RuleOptions { UncertainBand = 0.1 };
        Assert.Equal(expected, Judge(options, Classifier, new("ok", 0.65f), new("scratch", scratch)).Kind);
    }

    [Fact]
    public void A_classifier_passes_a_part_only_on_the_evidence_of_a_pass_tag()
    {
        Verdict verdict = Judge(new(), Classifier, new("ok", 0.4f), new("scratch", 0.35f), new("dent", 0.25f));
        Assert.Equal(VerdictKind.Review, verdict.Kind);
        Assert.Contains("ok 0.40", verdict.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_without_pass_tags_passes_what_shows_no_defect()
    {
        ModelIdentity model = Model(ModelKind.Classifier, "scratch", "dent");
        Assert.Equal(VerdictKind.Pass, Judge(new(), model, new("scratch", 0.1f), new("dent", 0.2f)).Kind);
    }

    [Fact]
    public void A_detector_that_finds_nothing_passes_the_part() => Assert.Equal(VerdictKind.Pass, Judge(new(), Detector).Kind);

    [Fact]
    public void A_box_below_the_minimum_area_does_not_count()
    {
        var options = new RuleOptions { Rules = new() { ["dent"] = new() { MinimumArea = 0.01 } } };
        Assert.Equal(VerdictKind.Pass, Judge(options, Detector, Box("dent", 0.9f, 0.09f)).Kind);
        Assert.Equal(VerdictKind.Reject, Judge(options, Detector, Box("dent", 0.9f, 0.11f)).Kind);
    }

    [Fact]
    public void A_tag_may_need_several_boxes_to_reject()
    {
        var options = new RuleOptions { Rules = new() { ["dent"] = new() { RejectAtCount = 2 } } };
        Assert.Equal(VerdictKind.Pass, Judge(options, Detector, Box("dent", 0.9f)).Kind);
        Verdict verdict = Judge(options, Detector, Box("dent", 0.9f), Box("dent", 0.6f));
        Assert.Equal((VerdictKind.Reject, "dent: 2 found, 2 reject"), (verdict.Kind, verdict.Rule));
    }

    [Theory]
    [InlineData(1, VerdictKind.Reject)]
    [InlineData(2, VerdictKind.Pass)]
    [InlineData(3, VerdictKind.Reject)]
    public void A_required_component_must_show_exactly_its_number(int found, VerdictKind expected)
    {
        var options = new RuleOptions { Rules = new() { ["screw"] = new() { RequiredCount = 2 } } };
        Prediction[] seen = [.. Enumerable.Repeat(Box("screw", 0.9f), found)];
        Assert.Equal(expected, Judge(options, Detector, seen).Kind);
    }

    [Fact]
    public void A_required_component_that_is_only_possibly_there_asks_for_a_review()
    {
        var options = new RuleOptions { UncertainBand = 0.1, Rules = new() { ["screw"] = new() { RequiredCount = 1 } } };
        Assert.Equal(VerdictKind.Review, Judge(options, Detector, Box("screw", 0.5f)).Kind);
        Assert.Equal(VerdictKind.Reject, Judge(options, Detector, Box("screw", 0.3f)).Kind);
    }

    [Fact]
    public void The_rule_that_fired_is_told_in_words()
    {
        Verdict verdict = Judge(new(), Detector, Box("dent", 0.6f), Box("scratch", 0.93f));
        Assert.Equal(("scratch", "scratch 0.93 ≥ 0.50"), (verdict.Tag, verdict.Rule));
    }

    [Theory]
    [InlineData("OK")]
    [InlineData("Normal")]
    [InlineData("good")]
    [InlineData("Negative")]
    public void The_usual_words_for_a_good_part_pass_it_in_whatever_case_they_are_written(string word)
    {
        ModelIdentity model = Classifier with { Tags = [word, "Defective"] };
        Assert.Equal(VerdictKind.Pass, Judge(new(), model, new Prediction(word, 0.9f), new Prediction("Defective", 0.1f)).Kind);
        Assert.Equal(VerdictKind.Reject, Judge(new(), model, new Prediction(word, 0.1f), new Prediction("Defective", 0.9f)).Kind);
    }

    [Fact]
    public void A_rule_for_a_tag_that_the_model_does_not_know_is_refused()
    {
        var options = new RuleOptions { Rules = new() { ["scrath"] = new() }, PassTags = ["fine"] };
        Assert.Null(RuleSet.Create(options, Classifier, out IReadOnlyList<string> problems));
        Assert.Equal(2, problems.Count);
        Assert.Contains("ok, scratch, dent", problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_and_areas_are_refused_for_a_classifier()
    {
        var options = new RuleOptions { Rules = new() { ["scratch"] = new() { MinimumArea = 0.1 } } };
        Assert.Null(RuleSet.Create(options, Classifier, out IReadOnlyList<string> problems));
        Assert.Single(problems);
    }

    [Fact]
    public void A_certain_defect_never_passes_whatever_else_is_seen()
    {
        Gen<Prediction> prediction =
            from tag in Gen.Elements("ok", "scratch", "dent")
            from probability in Gen.Choose(0, 1000)
            select new Prediction(tag, probability / 1000f);
        Gen<(Prediction[] Seen, int Threshold, int Band)> scene =
            from seen in Gen.ArrayOf(prediction)
            from threshold in Gen.Choose(0, 100)
            from band in Gen.Choose(0, 50)
            select (seen, threshold, band);
        Prop.ForAll(scene.ToArbitrary(), s =>
        {
            var options = new RuleOptions { Threshold = s.Threshold / 100.0, UncertainBand = s.Band / 100.0 };
            VerdictKind kind = Judge(options, Classifier, s.Seen).Kind;
            bool certain = s.Seen.Any(p => p.TagName != "ok" && p.Probability >= (float)(options.Threshold + options.UncertainBand));
            bool possible = s.Seen.Any(p => p.TagName != "ok" && p.Probability >= (float)(options.Threshold - options.UncertainBand));
            return certain ? kind == VerdictKind.Reject : kind != VerdictKind.Reject && (!possible || kind == VerdictKind.Review);
        }).QuickCheckThrowOnFailure();
    }
}
