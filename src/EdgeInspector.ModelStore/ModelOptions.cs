using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.ModelStore;

/// <summary>How models come in and are kept; for all stations.</summary>
public sealed record ModelOptions
{
    /// <summary>Takes what people put into <c>models/inbox</c> in the data folder.</summary>
    public bool Inbox { get; init; } = true;

    /// <summary>Takes a model file of the settings that was replaced while the agent runs.</summary>
    public bool WatchFiles { get; init; } = true;

    /// <summary>A file must have kept its size and time for so long before it is taken: people copy slowly.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many packages are kept beside those that run or may be gone back to.</summary>
    [Range(0, 1000)]
    public int KeepNewest { get; init; } = 5;

    /// <summary>How long the trial of a package may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan TrialTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How large the process that tries a package may become, in MiB.</summary>
    [Range(64, 65536)]
    public int TrialMemoryMiB { get; init; } = 2048;

    /// <summary>Memory that must stay free on the machine when a second model is loaded beside the one that runs, in MiB.</summary>
    [Range(0, 65536)]
    public int FreeMemoryMiB { get; init; } = 128;

    /// <summary>
    /// Keeps networks as ONNX Runtime optimised them for this machine, in <c>models/optimised</c> in the data folder, so that the next
    /// start need not. Never done where <see cref="PublicKeys"/> names a key: what lies there is signed by nobody.
    /// </summary>
    public bool KeepOptimised { get; init; } = true;

    /// <summary>
    /// Files with public keys (PEM, ECDSA P-256). When any is named, only packages that one of them has signed are taken.
    /// Relative to the settings file.
    /// </summary>
    public IReadOnlyList<string> PublicKeys { get; init; } = [];
}
