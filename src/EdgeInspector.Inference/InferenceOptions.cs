using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inference;

/// <summary>Where and how models run.</summary>
public sealed record InferenceOptions : IValidatableObject
{
    /// <summary>
    /// Execution providers in order of preference: cpu, cuda, tensorrt, directml, openvino, or the path of a plug-in provider library (.so,
    /// .dll). The first one that can be had runs the models; cpu always can.
    /// </summary>
    public IReadOnlyList<string> Providers { get; init; } = ["cpu"];

    /// <summary>True: refuse to start when the first provider cannot be had, instead of using the next one.</summary>
    public bool Required { get; init; }

    /// <summary>Threads that compute one prediction; 0 derives the number from the machine and the number of stations.</summary>
    [Range(0, 256)]
    public int Threads { get; init; }

    /// <summary>Number of the device (graphics card) for providers that have several, from 0.</summary>
    [Range(0, 64)]
    public int DeviceId { get; init; }

    /// <summary>
    /// True: idle threads spin for a moment instead of sleeping. Takes a core's full time between parts and seldom helps.
    /// </summary>
    public bool Spinning { get; init; }

    /// <summary>Predictions made on a grey picture before a model takes its first part, so that the first part is not slow.</summary>
    [Range(1, 100)]
    public int WarmUpRuns { get; init; } = 3;

    /// <summary>
    /// How many tiles of a frame a network that takes several pictures runs at once, at most. 1: one after the other; 0: what
    /// suits the provider, 8 with cuda and 1 with all others. A processor seldom has anything idle that a second picture could use;
    /// TensorRT, OpenVINO and DirectML prepare themselves anew for each number of pictures, which takes seconds in the middle of the shift.
    /// </summary>
    [Range(0, 64)]
    public int Batch { get; init; }

    /// <summary>What <see cref="Batch"/> comes to on a provider.</summary>
    internal int PicturesAtOnce(string provider) =>
        Batch > 0 ? Batch : Inference.Providers.ProviderName.Normal(provider) == Inference.Providers.ProviderName.Cuda ? 8 : 1;

    /// <summary>The same with the threads worked out for an agent of so many stations.</summary>
    public InferenceOptions ForStations(int stations) =>
        Threads > 0 ? this : this with { Threads = ThreadBudget.PerStation(Environment.ProcessorCount, stations) };

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Providers.Count == 0)
            yield return new ValidationResult("Name at least one provider, such as \"cpu\".", [nameof(Providers)]);
        foreach (string name in Providers)
        {
            if (Inference.Providers.ProviderName.Complaint(name) is { } complaint)
                yield return new ValidationResult(complaint, [nameof(Providers)]);
        }
    }
}
