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
        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties.ToArray())
        {
            if (value is ScalarValue { Value: string text } && text.AsSpan().ContainsAny('\n', '\r'))
                logEvent.AddOrUpdateProperty(new LogEventProperty(name, new ScalarValue(Flatten(text))));
        }
        if (logEvent.Exception is not { } fault)
            return;
        string cause = Flatten(fault.Message);
        if (!logEvent.RenderMessage().Contains(cause, StringComparison.Ordinal))
            logEvent.AddOrUpdateProperty(new LogEventProperty(Cause, new ScalarValue(": " + cause)));
    }

    private static string Flatten(string text) => string.Join(
        ' ',
        text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("---", StringComparison.Ordinal)));
}
