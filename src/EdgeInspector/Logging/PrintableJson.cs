using EdgeInspector.Foundation.Text;
using Serilog.Events;
using Serilog.Formatting;

namespace EdgeInspector.Logging;

/// <summary>
/// Makes the lines of the log files printable, exceptions and templates too: an escape within JSON means the character itself, so nothing
/// is lost.
/// </summary>
internal sealed class PrintableJson(ITextFormatter inner) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter();
        inner.Format(logEvent, line);
        output.Write(PrintableText.Lines(line.ToString()));
    }
}
