using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>What becomes of commands, other than those about models.</summary>
public static class AnswerWordings
{
    /// <summary>The problems beside it say why.</summary>
    public static readonly Wording Refused = New("refused", "Refused.");

    /// <summary>To <c>pause</c>.</summary>
    public static readonly Wording Paused = New(
        "paused", "The station is paused: from the next part on there is no verdict but none.");

    /// <summary>To <c>pause</c> while there is a pause.</summary>
    public static readonly Wording PausedAlready = New("pausedAlready", "The station was paused already. {pause}");

    /// <summary>To <c>resume</c>.</summary>
    public static readonly Wording Resumed = New("resumed", "The station inspects again, from the next part on.");

    /// <summary>To <c>resume</c> while there is no pause.</summary>
    public static readonly Wording NotPaused = New("notPaused", "The station was not paused.");

    /// <summary>To <c>endstorm</c>.</summary>
    public static readonly Wording StormEnded = New(
        "stormEnded", "The storm of rejects is over: they are counted anew, and the gate is told of each as such.");

    /// <summary>To <c>endstorm</c> while there is no storm.</summary>
    public static readonly Wording NoStorm = New("noStorm", "There was no storm of rejects.");

    /// <summary>To <c>challenge</c>, with a part's id.</summary>
    public static readonly Wording BadPart = New("badPart", "Part {part} is taken for a known-bad one.");

    /// <summary>As <see cref="BadPart"/>, of a good part.</summary>
    public static readonly Wording GoodPart = New("goodPart", "Part {part} is taken for a known-good one.");

    /// <summary>As <see cref="BadPart"/>, without an id.</summary>
    public static readonly Wording NextIsBad = New("nextIsBad", "The next part is taken for a known-bad one.");

    /// <summary>As <see cref="NextIsBad"/>, of a good part.</summary>
    public static readonly Wording NextIsGood = New("nextIsGood", "The next part is taken for a known-good one.");

    /// <summary>To <c>threshold</c>.</summary>
    public static readonly Wording Threshold = New(
        "threshold", "The threshold of {tag} is {threshold} from the next part on; the settings say {settings}.");

    /// <summary>To <c>threshold</c> that goes back to the settings.</summary>
    public static readonly Wording ThresholdOfSettings = New(
        "thresholdOfSettings", "The threshold of {tag} is again that of the settings ({settings}) from the next part on.");

    /// <summary>Stands in place of a tag.</summary>
    public static readonly Wording AllTags = new("tag", "all", "all tags", isPiece: true);

    /// <summary>Stands in place of a number where the settings have none for the tag.</summary>
    public static readonly Wording NoThreshold = new("settings", "none", "none of its own", isPiece: true);

    private static Wording New(string code, string words) => new("answer", code, words);
}
