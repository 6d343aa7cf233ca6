using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Stations;

/// <summary>What a station complains of by itself.</summary>
internal static class StationWordings
{
    public static readonly Wording Lost = new(
        Station.Component, "lost",
        "The station is lost: the model has not returned for {seconds:0.#} s. "
        + "If it does not come back within as long again, the agent ends to be started anew.");

    public static readonly Wording Failed = new(Station.Component, "failed", "The station failed: {detail}");

    public static readonly Wording ModelFailed = new(Station.ModelComponent, "failed", "{detail}");

    public static readonly Wording Frozen = new(
        Station.PictureComponent, "frozen",
        "The picture is frozen: the camera gives the same one again and again. "
        + "Check the camera; set Picture:FrozenAfter to 0 if it may.");

    public static readonly Wording Black = new(
        Station.LightComponent, "black",
        "The pictures of parts are black. Check the light, the exposure and whether something covers the lens.");

    public static readonly Wording White = new(
        Station.LightComponent, "white", "The pictures of parts are white. Check the light and the exposure.");

    public static readonly Wording OutOfFocus = new(
        Station.FocusComponent, "outOfFocus",
        "The pictures of parts are far less sharp than after the start. Check the focus, the lens and its distance.");

    public static readonly Wording Late = new(
        Station.DeadlineComponent, "late",
        "Three parts in a row or more got no verdict within the deadline of {deadline:0} ms. {advice}");

    /// <summary>A storm of rejects that was there before the agent was started anew, in the words of then.</summary>
    public static readonly Wording StormGoesOn = new(Station.StormComponent, "goesOn", "{detail}");

    public static readonly Wording Storm = new(
        Station.StormComponent, "began", "Too many rejects: {inARow} in a row. {pictures}{stops}");

    /// <summary>As <see cref="Storm"/>, where the share of the last parts counts too.</summary>
    public static readonly Wording StormOfKnown = new(
        Station.StormComponent, "beganOfKnown",
        "Too many rejects: {inARow} in a row, {rejected} of the last {known}. {pictures}{stops}");

    /// <summary>Stands at the end where the line is to stop; elsewhere nothing stands there.</summary>
    public static readonly Wording StormStops = new(
        "stops", "gate", " The gate is told to stop at each reject until somebody has looked and ends it (command endstorm).",
        isPiece: true);
}
