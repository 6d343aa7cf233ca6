using EdgeInspector.Inspection.Printing;
using Serilog.Core;
using Serilog.Events;

namespace EdgeInspector.Logging;

/// <summary>
/// Makes an event fit for one line of a console: line breaks and stack traces leave its texts, and the exception is reduced to its message, in the property
/// <see cref="Cause"/>, unless the event says it already.
/// </summary>
internal sealed class OneLine : ILogEventEnricher
{
    public const string Cause = "ConsoleCause";

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        PrintableValues.Apply(logEvent, Flatten);
        if (logEvent.Exception is not { } fault)
            return;
        string cause = Flatten(fault.Message);
        if (!logEvent.RenderMessage().Contains(cause, StringComparison.Ordinal))
            logEvent.AddOrUpdateProperty(new LogEventProperty(Cause, new ScalarValue(": " + cause)));
    }

    private static string Flatten(string text) => PrintableText.Of(!text.AsSpan().ContainsAny('\n', '\r') ? text : string.Join(
        ' ',
        text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("---", StringComparison.Ordinal))));
}
