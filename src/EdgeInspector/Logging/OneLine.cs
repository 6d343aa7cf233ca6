using System.Text.RegularExpressions;
using EdgeInspector.Foundation.Text;
using Serilog.Core;
using Serilog.Events;

namespace EdgeInspector.Logging;

/// <summary>
/// Makes an event fit for one line of a console: line breaks in its texts are escaped, stack traces are removed from its texts, and the
/// exception is reduced to its message, in the property <see cref="Cause"/>, unless the event already has that message.
/// </summary>
internal sealed partial class OneLine : ILogEventEnricher
{
    public const string Cause = "ConsoleCause";

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        PrintableValues.Apply(logEvent, Flatten);
        if (logEvent.Exception is not { } fault)
            return;
        string cause = Flatten(fault.Message.TrimEnd());
        if (!logEvent.RenderMessage().Contains(cause, StringComparison.Ordinal))
            logEvent.AddOrUpdateProperty(new LogEventProperty(Cause, new ScalarValue(": " + cause)));
    }

    // A line break in a part's id or a file's name is shown escaped, as in a table; the lines of a stack trace are dropped.
    private static string Flatten(string text) =>
        PrintableText.Of(text.Contains('\n', StringComparison.Ordinal) && IsTrace(text) ? WithoutTrace(text) : text);

    private static bool IsTrace(string text) => Trace().IsMatch(text);

    private static string WithoutTrace(string text) => string.Join(
        ' ',
        text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("---", StringComparison.Ordinal)));

    // The form that Exception.ToString writes.
    [GeneratedRegex(@"\A[\w.+`]+Exception\b.*\n   at .+\(", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Trace();
}
