using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Hosting;

/// <summary>Entries of the audit log about a station for which there is no event.</summary>
internal static class StationAudit
{
    /// <summary>How a station begins: its model, and the rules of the settings, which may have been changed while no agent ran.</summary>
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

    /// <summary>With which reference a station begins: somebody may have put files there or taken them away while no agent ran.</summary>
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
            From = command.From,
            By = command.By,
            Why = string.Join(' ', answer.Problems),
        };
}
