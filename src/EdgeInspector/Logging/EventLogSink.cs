using System.Diagnostics;
using System.Runtime.Versioning;
using EdgeInspector.Foundation.Text;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace EdgeInspector.Logging;

/// <summary>
/// Writes errors into the Windows event log, where IT looks when a service does not start. deploy/windows/install.ps1 makes the source,
/// since the service's own account may not; where the source is missing nothing is written.
/// </summary>
/// <remarks>Not run on the development machines, which have no Windows.</remarks>
[SupportedOSPlatform("windows")]
internal sealed class EventLogSink : ILogEventSink
{
    /// <summary>The source, in the log "Application".</summary>
    public const string Source = "EdgeInspector";

    // The event log takes 31,839 characters; the beginning says enough.
    private const int Longest = 30_000;

    private static readonly MessageTemplateTextFormatter Text = new("{Message:lj}{NewLine}{Exception}");

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter();
        Text.Format(logEvent, text);
        Write(PrintableText.Lines(text.ToString()));
    }

    /// <summary>Writes one error.</summary>
    public static void Write(string message)
    {
        try
        {
            EventLog.WriteEntry(Source, message.Length > Longest ? message[..Longest] : message, EventLogEntryType.Error);
        }
        catch (Exception fault) when (fault is InvalidOperationException or System.Security.SecurityException
            or System.ComponentModel.Win32Exception or ArgumentException)
        {
            // The log on disk has the error too; a full event log or a missing source must not stop the agent.
        }
    }
}
