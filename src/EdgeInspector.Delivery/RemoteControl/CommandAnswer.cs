using System.Text.Json.Serialization;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>The result of a command.</summary>
/// <param name="Ok">True when the command was carried out.</param>
/// <param name="Message">The result, in a sentence.</param>
/// <param name="Problems">Why the command was refused, or what is to be borne in mind, a sentence each.</param>
/// <param name="Package">Hash of the package that runs now; null when nobody knows.</param>
public sealed record CommandAnswer(bool Ok, string Message, IReadOnlyList<string> Problems, string? Package)
{
    /// <param name="ok">True when the command was carried out.</param>
    /// <param name="what">The result.</param>
    /// <param name="problems">Why the command was refused, or what is to be borne in mind, a sentence each.</param>
    /// <param name="package">Hash of the package that runs now; null when nobody knows.</param>
    public CommandAnswer(bool ok, Said what, IReadOnlyList<string> problems, string? package)
        : this(ok, what.Text, problems, package)
    {
        What = what;
    }

    /// <summary>The result, to be said in another language; null: only the message says it.</summary>
    [JsonIgnore]
    public Said? What { get; init; }

    /// <summary>The kind of result; null: only the message says it.</summary>
    public string? Code => What?.Wording.Code;

    /// <summary>What the message names.</summary>
    public IReadOnlyDictionary<string, object> Values => SaidValues.Of(What, text => text);

    internal static CommandAnswer Refused(string problem) => new(false, AnswerWordings.Refused.Of(), [problem], null);
}
