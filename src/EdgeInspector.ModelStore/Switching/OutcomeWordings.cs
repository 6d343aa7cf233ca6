using EdgeInspector.Foundation.Text;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>What became of a wish to change a station's model.</summary>
internal static class OutcomeWordings
{
    public static readonly Wording Refused = New("modelRefused", "Refused; what ran goes on.");

    public static readonly Wording RunsAlready = New("runsAlready", "Station {station} runs {package} ({hash}) already.");

    public static readonly Wording Runs = New("runs", "Station {station} runs {package} ({hash})");

    /// <summary>As <see cref="Runs"/>, and the model has other tags than the one before.</summary>
    public static readonly Wording RunsWithOtherTags = New("runsWithOtherTags", "Station {station} runs {package} ({hash}). {detail}");

    public static readonly Wording Waits = New("waits", "{package} ({hash}) is in the store and waits.");

    public static readonly Wording RunsInShadow = New(
        "runsInShadow", "{package} ({hash}) runs in the shadow at station {station}, for {parts} parts or {duration}.");

    private static Wording New(string code, string words) => new("answer", code, words);
}
