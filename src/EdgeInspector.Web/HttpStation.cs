using EdgeInspector.Delivery;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.State;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Switching;

namespace EdgeInspector.Web;

/// <summary>A station as callers over HTTP reach it.</summary>
/// <param name="Station">The station.</param>
/// <param name="Packages">Which model it runs, and how.</param>
/// <param name="Link">Its link to the broker.</param>
/// <param name="Waiting">How much of its evidence waits.</param>
/// <param name="TakesTriggers">True when somebody outside says that a part is here (<c>Trigger:Kind</c> <c>Mqtt</c>).</param>
/// <param name="Deadline">From the trigger until the gate must know.</param>
public sealed record HttpStation(
    Station Station, PackageSwitch Packages, StationLink Link, WaitingEvidence Waiting, bool TakesTriggers, TimeSpan Deadline)
{
    /// <summary>Shows one of the camera's frames to whoever asks.</summary>
    public required FrameWatch Watch { get; init; }

    /// <summary>Carries out a command, as one that came over MQTT.</summary>
    public required Func<RemoteCommand, CancellationToken, Task<CommandAnswer>> Obey { get; init; }

    /// <summary>Gives what was commanded and still holds.</summary>
    public required Func<Commanded> Commanded { get; init; }

    /// <summary>Gives the station's references.</summary>
    public required Func<ReferencesShown> References { get; init; }

    /// <summary>The station's name.</summary>
    public string Name => Station.Name;
}
