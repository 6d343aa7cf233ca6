using EdgeInspector.Delivery.RemoteControl;

namespace EdgeInspector.Delivery;

/// <summary>
/// The functions that take the broker's messages for a station. Topics for which there is no function are not subscribed to.
/// </summary>
public sealed record StationInputs
{
    /// <summary>
    /// Takes a part id, the time of receipt in ticks of the station's clock and the type of part (null: none), on a pool thread; must not
    /// block. False when the part was not accepted, which leaves its message unacknowledged.
    /// </summary>
    public Func<string, long, string?, bool>? Trigger { get; init; }

    /// <summary>Takes the PLC's count of parts; must not block.</summary>
    public Action<long>? Parts { get; init; }

    /// <summary>Whether commands are obeyed.</summary>
    public CommandOptions Commands { get; init; } = new() { Enabled = false };

    /// <summary>Carries out a command. Two commands may run at a time: a prompt one beside another.</summary>
    public Func<RemoteCommand, CancellationToken, Task<CommandAnswer>>? Command { get; init; }
}
