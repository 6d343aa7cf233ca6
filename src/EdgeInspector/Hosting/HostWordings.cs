using EdgeInspector.Foundation.Text;
using EdgeInspector.Hosting.References;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Hosting;

/// <summary>What a station complains of for the agent around it.</summary>
internal static class HostWordings
{
    private const string Ends = " Its parts get none; the command resume ends it.";

    public static readonly Wording NoCalls = new(Agent.CallsComponent, "unreachable", "Nobody can call over HTTP: {detail}");

    public static readonly Wording CertificateExpired = new(
        Agent.CallsComponent, "expired",
        "The certificate of Http:Tls expired on {date}, and callers refuse it. Have a new one issued; the agent takes it up by itself.");

    public static readonly Wording CertificateExpires = new(
        Agent.CallsComponent, "expires",
        "The certificate of Http:Tls expires on {date}. Have a new one issued; the agent takes it up by itself.");

    public static readonly Wording SettingsRefused = new(
        Agent.SettingsComponent, "refused", "The changed settings are refused; the old ones stay in force. {detail}");

    public static readonly Wording CommandedUnreadable = new(CommandedFile.Component, "unreadable", "{detail}");

    public static readonly Wording ReferenceUnreadable = new(StationLearning.Component, "unreadable", "{detail}");

    public static readonly Wording Paused = new(Station.PauseComponent, "paused", "Paused by {by} since {since}." + Ends);

    public static readonly Wording PausedBecause = new(
        Station.PauseComponent, "pausedBecause", "Paused by {by} since {since}: {why}." + Ends);

    /// <summary>Stands in place of a name that nobody gave.</summary>
    public static readonly Wording Somebody = new("by", "unknown", "somebody", isPiece: true);
}
