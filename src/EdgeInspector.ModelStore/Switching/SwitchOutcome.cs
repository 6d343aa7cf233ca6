using System.Text.Json.Serialization;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>The result of a wish to change a station's model.</summary>
/// <param name="Message">What was done, in a sentence; for people.</param>
/// <param name="Problems">Why nothing was done.</param>
/// <param name="Package">Hash of the package that runs now.</param>
public sealed record SwitchOutcome(string Message, IReadOnlyList<string> Problems, string? Package) : PackageOutcome(Problems)
{
    /// <param name="what">What was done; for people.</param>
    /// <param name="problems">Why nothing was done.</param>
    /// <param name="package">Hash of the package that runs now.</param>
    internal SwitchOutcome(Said what, IReadOnlyList<string> problems, string? package)
        : this(what.Text, problems, package)
    {
        What = what;
    }

    /// <summary>What was done, to be said in another language; null: only the message says it.</summary>
    [JsonIgnore]
    public Said? What { get; init; }

    internal static SwitchOutcome Refused(string? running, params IReadOnlyList<string> problems) =>
        new(OutcomeWordings.Refused.Of(), problems, running);
}
