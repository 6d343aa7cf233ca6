using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.State;

/// <summary>One thing that is wrong.</summary>
/// <param name="Component">Whose complaint it is.</param>
/// <param name="Reason">What is wrong, in English sentences.</param>
/// <param name="Code">What is wrong, as a code within the component, so that others can say it in their own language.</param>
/// <param name="Values">What such a sentence names; empty: nothing, or too much for a broker that takes no state as large as this.</param>
internal sealed record StateReason(string Component, string Reason, string Code, IReadOnlyDictionary<string, object> Values)
{
    /// <summary>A complaint, as people other than those at this PC may read it.</summary>
    public static StateReason Of(Said what, AgentIdentity agent) =>
        new(what.Wording.Subject, agent.Outward(what.Text), what.Wording.Code, SaidValues.Of(what, agent.Outward));
}
