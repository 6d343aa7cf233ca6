using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Delivery.Commands;

/// <summary>Whether the agent obeys commands that come over MQTT. Who may publish them is for the broker's access rules to say.</summary>
public sealed record CommandOptions
{
    /// <summary>True: obeys <c>…/command/activate</c>, <c>rollback</c>, <c>pause</c>, <c>resume</c> and <c>threshold</c>. False: does not even subscribe to them.</summary>
    public bool Enabled { get; init; }

    /// <summary>How many commands may wait while one is carried out; further ones are refused. Those that take a moment do not wait behind a model.</summary>
    [Range(1, 100)]
    public int Queue { get; init; } = 4;
}
