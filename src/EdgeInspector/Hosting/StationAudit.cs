using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Hosting;

/// <summary>What the audit log says of a station that no event tells of.</summary>
internal static class StationAudit
{
    /// <summary>
    /// With what a station begins: its model, and the rules of the settings, which may have been changed while no agent ran.
    /// </summary>
    public static AuditEntry Begins(string station, ModelIdentity model, RuleOptions rules, DateTimeOffset now) => new("rules", now)
    {
        Station = station,
        What = "begins",
        Package = model.Package,
        Name = model.Name,
        Iteration = model.Iteration,
        Threshold = rules.Threshold,
        Rule = string.Join("; ", RuleDifference.Between(new RuleOptions(), rules).Select(difference => difference.Words))
            is { Length: > 0 } words
            ? words
            : "as they are by default",
        From = "settings",
    };

    /// <summary>
    /// Against which reference a station begins to hold pictures: files may have been put there or taken away while no agent ran.
    /// </summary>
    public static AuditEntry Begins(string station, Reference reference, DateTimeOffset now) => new("reference", now)
    {
        Station = station,
        What = "begins",
        Type = reference.Type,
        From = reference.From,
        By = reference.By,
        Count = reference.Parts,
    };

    /// <summary>A command that was refused.</summary>
    public static AuditEntry Refused(RemoteCommand command, string station, CommandAnswer answer, DateTimeOffset now) =>
        new("command", now)
        {
            Station = station,
            What = command.Name,
            Reason = "refused",
            Tag = command.Tag,
            Threshold = command.Threshold,
            Package = command.Package,
            From = "mqtt",
            By = command.By,
            Why = string.Join(' ', answer.Problems),
        };
}
