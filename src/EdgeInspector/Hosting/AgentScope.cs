using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Files;
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
    // A command that notes a change locks the data folder for a moment; an agent that stops, for its last seconds. The service manager of
    // Windows waits 30 s for a start.
    private static readonly TimeSpan FolderPatience = TimeSpan.FromSeconds(12);

    /// <summary>The settings.</summary>
    public required AgentOptions Options { get; init; }

    /// <summary>Which agent speaks.</summary>
    public required AgentIdentity Identity { get; init; }

    /// <summary>Delivers the evidence.</summary>
    public required EvidenceDelivery Evidence { get; init; }

    /// <summary>The store of packages, with every source of new ones.</summary>
    public required AgentPackages Packages { get; init; }

    /// <summary>What was commanded and still holds.</summary>
    public required CommandedFile Commanded { get; init; }

    /// <summary>How challenge parts fared.</summary>
    public required ChallengeFile Challenges { get; init; }

    /// <summary>The references of good parts.</summary>
    public required ReferenceFolder References { get; init; }

    /// <summary>Logs once what several connections meet.</summary>
    public required BrokerFaults Faults { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The logs.</summary>
    public required ILoggerFactory Logs { get; init; }

    /// <summary>Makes the scope; from then on the data folder is locked.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="stations">What the delivery of evidence needs to know of each station, by the station's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">The logs.</param>
    /// <exception cref="RefusedException">The data folder can't be used.</exception>
    /// <exception cref="TakenException">Another process uses the data folder.</exception>
    public static AgentScope Create(
        AgentOptions options, IReadOnlyDictionary<string, EvidenceStation> stations, TimeProvider time, ILoggerFactory logs)
    {
        string machine = MachineBlocks.ThisMachine(Environment.GetEnvironmentVariables()).Name;
        var identity = new AgentIdentity(machine, options.Line, Agent.Version)
        {
            StartedAt = time.GetUtcNow(),
            DataFolder = Path.GetFullPath(options.DataFolder),
        };
        var faults = new BrokerFaults(time, logs.CreateLogger<BrokerFaults>());
        // Made first, since it locks the data folder.
        EvidenceDelivery evidence = OpenEvidence(options, identity, stations, faults, time, logs);
        return new AgentScope
        {
            Options = options,
            Identity = identity,
            Evidence = evidence,
            Packages = new AgentPackages(options, time, logs),
            Commanded = new CommandedFile(options.DataFolder, time, logs.CreateLogger<CommandedFile>()),
            Challenges = new ChallengeFile(options.DataFolder, time, logs.CreateLogger<ChallengeFile>()),
            References = new ReferenceFolder(options.DataFolder),
            Faults = faults,
            Time = time,
            Logs = logs,
        };
    }

    private static EvidenceDelivery OpenEvidence(
        AgentOptions options,
        AgentIdentity identity,
        IReadOnlyDictionary<string, EvidenceStation> stations,
        BrokerFaults faults,
        TimeProvider time,
        ILoggerFactory logs)
    {
        try
        {
            var kept = new EvidenceOptions
            {
                Mqtt = options.Mqtt,
                DataFolder = options.DataFolder,
                Journal = options.Journal,
                Images = options.Images,
                Audit = options.Audit,
                Webhooks = options.Webhooks,
                WaitForFolder = FolderPatience,
            };
            return new EvidenceDelivery(identity, kept, stations, time, logs.CreateLogger<EvidenceDelivery>(), faults);
        }
        catch (DataFolderException never) when (!never.MayPass)
        {
            throw new RefusedException($"DataFolder: {never.Message}");
        }
        catch (DataFolderException taken)
        {
            throw new TakenException($"DataFolder: {taken.Message}");
        }
    }
}
