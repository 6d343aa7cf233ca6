using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Stations;

/// <summary>Counts that do not agree.</summary>
internal static class CountWordings
{
    public static readonly Wording Verdicts = new(
        Station.ReconciliationComponent, "verdicts",
        "{triggers} triggers were accepted, but {verdicts} verdicts were given and {open} are open. "
        + "Please report this; restart the agent to count anew.");

    public static readonly Wording Signals = new(
        Station.ReconciliationComponent, "signals",
        "{verdicts} verdicts were given, but {signals} signals were made. Please report this; restart the agent to count anew.");

    public static readonly Wording Parts = new(
        Station.ReconciliationComponent, "parts",
        "The PLC counted {parts} parts, but {triggers} triggers came. "
        + "Check the sensor and the trigger; let the PLC report 0 to count anew.");
}
