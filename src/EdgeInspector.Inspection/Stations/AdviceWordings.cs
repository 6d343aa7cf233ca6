using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Stations;

/// <summary>What <see cref="VerdictShare.Advice"/> takes for the cause of most missing verdicts.</summary>
internal static class AdviceWordings
{
    private const string Remedy = "Slow the line down, or choose a faster model or provider.";
    private const string RemedyWithCamera = "Slow the line down, raise the camera's rate, or choose a faster model or provider.";
    private const string RaiseRate = "Raise the camera's rate, or the Deadline.";
    private const string Answers = "The camera is too slow: it answers after {wait:0} ms, but the deadline is {deadline:0} ms";
    private const string Rate = "The camera is too slow: a picture comes every {wait:0} ms, but the deadline is {deadline:0} ms";
    private const string OfWhich = ", of which the model takes {model:0} ms";
    private const string Fast = "Triggers come too fast: one every {between:0} ms, ";
    private const string Close =
        "Some triggers come too close together: one every {between:0} ms would do, but several came sooner after another; ";

    private const string Waits = "a part waits up to {wait:0} ms for its picture, then the model takes {model:0} ms. ";
    private const string Takes = "the model takes {model:0} ms for each. ";
    private const string Evenly = "Look at what triggers, or let the parts come evenly.";
    private const string ChooseFaster = "Choose a faster model or provider, or a longer Deadline.";

    public static readonly Wording Failed = New(
        "failed", "Most of them could not be judged; the reasons in their events say why.");

    public static readonly Wording NoEvidence = New(
        "noEvidence",
        "The pictures of most of them are no evidence; of the last one: {detail}. "
        + "Look at lamp, lens and camera, and whether the right part comes.");

    public static readonly Wording NoPicture = New(
        "noPicture",
        "For most of them no picture came in time: the camera pauses now and then, or its file comes late. "
        + "Look at the camera and its network, or raise the Deadline.");

    public static readonly Wording CameraAnswersLate = New("cameraAnswersLate", $"{Answers}. {RaiseRate}");
    public static readonly Wording CameraAndModelAnswerLate = New("cameraAndModelAnswerLate", $"{Answers}{OfWhich}. {RaiseRate}");
    public static readonly Wording CameraSlow = New("cameraSlow", $"{Rate}. {RaiseRate}");
    public static readonly Wording CameraAndModelSlow = New("cameraAndModelSlow", $"{Rate}{OfWhich}. {RaiseRate}");
    public static readonly Wording TooFast = New("tooFast", $"{Fast}faster than parts are inspected. {Remedy}");
    public static readonly Wording TooFastForModel = New("tooFastForModel", $"{Fast}and {Takes}{Remedy}");
    public static readonly Wording TooFastForWaitAndModel = New("tooFastForWaitAndModel", $"{Fast}and {Waits}{Remedy}");
    public static readonly Wording TooFastForCamera = New("tooFastForCamera", $"{Fast}and {Waits}{RemedyWithCamera}");
    public static readonly Wording TooClose = New("tooClose", $"{Close}{Takes}{Evenly}");
    public static readonly Wording TooCloseForCamera = New("tooCloseForCamera", $"{Close}{Waits}{Evenly}");

    public static readonly Wording Busy = New(
        "busy",
        "The model usually takes {model:0} ms, well within the deadline of {deadline:0} ms, but not now and then: this machine is too "
        + "busy at times. Look at what else runs on it, at its power settings and temperature.");

    public static readonly Wording ModelSlow = New(
        "modelSlow", $"The model is too slow: it takes {{model:0}} ms, but the deadline is {{deadline:0}} ms. {ChooseFaster}");

    public static readonly Wording NoAnswer = New(
        "noAnswer", $"The model is too slow: it had not answered by the deadline of {{deadline:0}} ms. {ChooseFaster}");

    private static Wording New(string code, string words) => new("advice", code, words, isPiece: true);
}
