using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Tests.Hosting.RemoteControl;

public sealed class RuleDifferenceTests
{
    [Fact]
    public void Each_rule_that_differs_is_named_with_its_old_and_new_value()
    {
        var before = new RuleOptions
        {
            Rules = { ["dent"] = new TagRuleOptions { Threshold = 0.6 }, ["scratch"] = new TagRuleOptions { RejectAtCount = 2 } },
        };
        var now = new RuleOptions
        {
            Threshold = 0.45,
            PassTags = ["ok", "fine"],
            Rules = { ["scratch"] = new TagRuleOptions { Threshold = 0.35, RejectAtCount = 2, RequiredCount = 4 } },
        };
        Assert.Equal(
            [
                new RuleDifference(null, 0.45, "Threshold 0.5 → 0.45"),
                new RuleDifference(null, null, "PassTags not set → ok, fine"),
                new RuleDifference("dent", null, "Rules:dent:Threshold 0.6 → not set"),
                new RuleDifference("scratch", 0.35, "Rules:scratch:Threshold not set → 0.35"),
                new RuleDifference("scratch", null, "Rules:scratch:RequiredCount not set → 4"),
            ],
            RuleDifference.Between(before, now));
    }

    [Fact]
    public void The_same_rules_differ_in_nothing() =>
        Assert.Empty(RuleDifference.Between(
            new RuleOptions { PassTags = ["ok"], Rules = { ["dent"] = new TagRuleOptions() } }, new RuleOptions { PassTags = ["ok"] }));
}
