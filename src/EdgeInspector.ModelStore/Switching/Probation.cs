using System.Globalization;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>Watches the first parts of a model that has just taken over. Thread-safe.</summary>
internal sealed class Probation(string package, ProbationOptions options)
{
    private readonly Lock _gate = new();
    private int _parts, _errors, _rejects;
    private bool _isOver;

    /// <summary>The package that is watched.</summary>
    public string Package => package;

    /// <summary>Takes one part.</summary>
    /// <returns>Null while it is too early to say; otherwise, once, how the probation ended.</returns>
    public ProbationResult? Add(InspectedPart part)
    {
        bool isError = part.Verdict is { Kind: VerdictKind.None, Reason: NoneReason.Model or NoneReason.Deadline or NoneReason.Overload };
        // A part without a picture says nothing of the model, nor does a part that the earlier model has judged.
        if (part.Model is { } model ? model.Package != package : !isError)
            return null;
        lock (_gate)
        {
            if (_isOver)
                return null;
            _parts++;
            _errors += isError ? 1 : 0;
            _rejects += part.Verdict.Kind == VerdictKind.Reject ? 1 : 0;
            ProbationResult? result = Judge();
            _isOver = result is not null;
            return result;
        }
    }

    private ProbationResult? Judge()
    {
        if (_errors > options.Errors)
            return Bad(Text($"{_errors} of the first {_parts} parts got no verdict in time ({options.Errors} may)"));
        // The probation fails as soon as no later part could save it.
        if (_rejects > options.HighestRejectRate * options.Parts)
            return Bad(Text(
                $"{_rejects} of the first {_parts} parts were rejected, more than {options.HighestRejectRate:0.###} of {options.Parts}"));
        if (options.Parts - (_parts - _rejects) < options.LowestRejectRate * options.Parts)
            return Bad(Text($"only {_rejects} of the first {_parts} parts were rejected, ")
                + Text($"fewer than {options.LowestRejectRate:0.###} of {options.Parts}"));
        return _parts >= options.Parts
            ? new ProbationResult(true, Text($"{_parts} parts, {_rejects} rejected, {_errors} without a verdict"))
            : null;
    }

    private static ProbationResult Bad(string why) => new(false, why);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How a probation ended.</summary>
/// <param name="IsGood">True: the model stays.</param>
/// <param name="Why">Why, in half a sentence.</param>
internal sealed record ProbationResult(bool IsGood, string Why);
