using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>Whether the agent obeys commands that come over MQTT. Who may publish them is for the broker's access rules to say.</summary>
public sealed record CommandOptions : IValidatableObject
{
    /// <summary>True: obeys <c>…/command/activate</c>, <c>rollback</c>, <c>pause</c>, <c>resume</c>, <c>threshold</c>,
    /// <c>challenge</c>, <c>endstorm</c> and <c>learn</c>. False: does not even subscribe to them.</summary>
    public bool Enabled { get; init; }

    /// <summary>
    /// How many commands may wait while one is carried out; further ones are refused. Those that take a moment do not wait behind a model.
    /// </summary>
    [Range(1, 100)]
    public int Queue { get; init; } = 4;

    /// <summary>
    /// Answers go to response topics below one of these prefixes only, and never to a topic of an agent. Placeholders: <c>{line}</c>,
    /// <c>{station}</c>, and <c>{client}</c> for a level that may be anything. Empty: <c>response</c> below the topics of the line and of
    /// each of its stations, and <c>response</c> alone.
    /// </summary>
    public IReadOnlyList<string> ResponsePrefixes { get; init; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string prefix in ResponsePrefixes)
        {
            if (ResponseTopics.FaultOfPrefix(prefix) is { } wrong)
                yield return new($"The prefix \"{prefix}\" {wrong}", [nameof(ResponsePrefixes)]);
        }
    }
}
