using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Audit;

/// <summary>The audit log: what happened to each part and who changed what, as a chain that shows a gap.</summary>
public sealed record AuditOptions : IValidatableObject
{
    /// <summary>False: nothing is written, and nobody can prove later what happened.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// Secret that seals each entry (HMAC-SHA256); 16 characters or more. Better in a secret folder, in <see cref="KeyFile"/> or in the
    /// environment variable <c>EDGEINSPECTOR_Audit__Key</c> than in the settings file. Empty: entries are chained but not sealed.
    /// </summary>
    [PasswordPropertyText(true), StringLength(4096, MinimumLength = AuditKey.LeastCharacters)]
    public string? Key { get; init; }

    /// <summary>File whose first line is that secret. Read at the start.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? KeyFile { get; init; }

    /// <summary>
    /// Files with the keys that were in use before, where the key was changed: entries before the change are held against
    /// them. None seals anything any more.
    /// </summary>
    public IReadOnlyList<string> EarlierKeyFiles { get; init; } = [];

    /// <summary>
    /// Days older than this are removed, the oldest first; an entry says so. None is removed while the wall clock is certainly wrong,
    /// or for a day after it jumped.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(400);

    /// <summary>
    /// The most bytes that the log may take; beyond it the oldest days are removed, and an entry says so. An entry takes some 500
    /// bytes.
    /// </summary>
    [Range(10_000_000.0, 1e15)]
    public long MaxBytes { get; init; } = 20_000_000_000;

    /// <summary>Entries that may wait in memory for the disk. Further ones are lost; they are counted, and an entry says so.</summary>
    [Range(100, 1_000_000)]
    public int Queue { get; init; } = 20_000;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Key is not null && KeyFile is not null)
            yield return new("Key and KeyFile are both given; remove one.", [nameof(Key), nameof(KeyFile)]);
    }
}
