using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Foundation.Clocks;

/// <summary>What is wrong with this machine's clock.</summary>
internal static class ClockWordings
{
    /// <summary>Under this name a station complains of the clock.</summary>
    private const string Component = "clock";

    private const string Mend =
        " Set it, and keep it right by NTP: events and certificates depend on it. Until then no picture goes for its age.";

    public static readonly Wording Past = new(
        Component, "past", "This machine's clock says {date}, which lies in the past." + Mend);

    public static readonly Wording Ahead = new(
        Component, "ahead", "This machine's clock says {date}, which lies too far ahead." + Mend);
}
