using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Hosting.Challenges;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Hosting.References;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting;

/// <summary>What all stations of the agent share.</summary>
internal sealed record AgentScope
{
    /// <summary>The settings.</summary>
    public required AgentOptions Options { get; init; }

    /// <summary>Who speaks.</summary>
    public required AgentIdentity Identity { get; init; }

    /// <summary>Delivers the evidence.</summary>
    public required EvidenceDelivery Evidence { get; init; }

    /// <summary>The store of packages and everybody who may bring one.</summary>
    public required AgentPackages Packages { get; init; }

    /// <summary>What was commanded and holds.</summary>
    public required CommandedFile Commanded { get; init; }

    /// <summary>How challenge parts fared.</summary>
    public required ChallengeFile Challenges { get; init; }

    /// <summary>What was learnt of good parts.</summary>
    public required ReferenceFolder References { get; init; }

    /// <summary>Has what several connections meet logged once.</summary>
    public required BrokerFaults Faults { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The logs.</summary>
    public required ILoggerFactory Logs { get; init; }
}
