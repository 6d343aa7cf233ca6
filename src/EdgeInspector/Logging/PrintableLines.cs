using EdgeInspector.Foundation.Text;
using EdgeInspector.Printing;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace EdgeInspector.Logging;

/// <summary>
/// Hands events to the console whose values are clean already: only templates that hold a text from outside are still made printable. The
/// colours around them come from the agent and pass.
/// </summary>
internal sealed class PrintableLines(ILogEventSink inner) : ILogEventSink, IDisposable
{
    private static readonly MessageTemplateParser Parser = new();

    public void Emit(LogEvent logEvent)
    {
        string template = logEvent.MessageTemplate.Text, clean = PrintableText.Of(template);
        LogEvent printable = clean == template
            ? logEvent
            : new LogEvent(
                logEvent.Timestamp,
                logEvent.Level,
                logEvent.Exception,
                Parser.Parse(clean),
                logEvent.Properties.Select(property => new LogEventProperty(property.Key, property.Value)));
        PrintableWriter.Trust(() => inner.Emit(printable));
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
