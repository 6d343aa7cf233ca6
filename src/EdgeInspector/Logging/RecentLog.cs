using EdgeInspector.Foundation.Text;
using EdgeInspector.Web;
using Microsoft.Extensions.Logging;
using Serilog.Core;
using Serilog.Events;

namespace EdgeInspector.Logging;

/// <summary>
/// Remembers the last lines of the log for the console's page System. Lines about single parts are left out: the console shows parts
/// elsewhere, and a busy line would push everything else away.
/// </summary>
internal sealed class RecentLog : ILogEventSink
{
    private const int Most = 500;
    private const int LongestLine = 2000;

    // How messages about a part's verdict begin.
    private const string OfPart = "{Station} {Part}:";

    private readonly Lock _gate = new();
    private readonly Queue<LogEvent> _lines = new();

    /// <summary>The lines, the newest first.</summary>
    public IReadOnlyList<LoggedLine> Lines
    {
        get
        {
            LogEvent[] lines;
            lock (_gate)
                lines = [.. _lines];
            return [.. lines.Reverse().Select(line => new LoggedLine(line.Timestamp, LevelOf(line.Level), TextOf(line)))];
        }
    }

    /// <inheritdoc />
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level < LogEventLevel.Warning && logEvent.MessageTemplate.Text.StartsWith(OfPart, StringComparison.Ordinal))
            return;
        lock (_gate)
        {
            if (_lines.Count == Most)
                _lines.Dequeue();
            _lines.Enqueue(logEvent);
        }
    }

    private static string TextOf(LogEvent line)
    {
        string cause = line.Exception is { } fault ? $" {fault.Message}" : "";
        return PrintableText.Of(line.RenderMessage(System.Globalization.CultureInfo.InvariantCulture) + cause, LongestLine);
    }

    private static LogLevel LevelOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => LogLevel.Critical,
        LogEventLevel.Error => LogLevel.Error,
        LogEventLevel.Warning => LogLevel.Warning,
        LogEventLevel.Information => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
